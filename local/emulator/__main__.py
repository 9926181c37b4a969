"""Start MiniStack with every workaround applied: `python -m local.emulator`. Runs in the tools' environment."""

import os
from pathlib import Path

from ministack import app

from . import (
    function_log,
    invocation_latency,
    message_moves,
    secret_strings,
    shutdown,
    stream_delivery,
    stream_persistence,
)


def main() -> None:
    """Run until stopped."""
    invocation_latency.install()
    function_log.install(Path(os.environ["FUNCTION_LOG"]))
    stream_persistence.install()
    stream_delivery.install()
    message_moves.install()
    secret_strings.install()
    try:
        app.main()
    finally:
        shutdown.stop_functions()


if __name__ == "__main__":
    main()
