"""The targets of the Makefile: `python3 -m local run`."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - so that an older Python prints this, not a syntax error
    sys.exit("Python 3.11 or newer is needed: install it, or name it, as in `make run PYTHON=python3.12`")

import argparse
import shutil
import signal
from collections.abc import Callable

from . import aws, bench, checks, generate, nightly, sample_events, sqlx
from .errors import UserError
from .instance import ROOT, STATE, Instance
from .redrive import redrive
from .run import run


def clean() -> None:
    """Delete the data of `make run` and `make test`. The installed tools stay."""
    for instance in (Instance.for_run(), Instance.for_test()):
        with instance.lock():
            instance.erase()
        shutil.rmtree(instance.directory, ignore_errors=True)


def distclean() -> None:
    """Delete data, installed tools and builds."""
    clean()
    shutil.rmtree(STATE, ignore_errors=True)
    for folder in ("docs", "web", ".github"):
        shutil.rmtree(ROOT / folder / "node_modules", ignore_errors=True)
    for output in ("target", "docs/dist", "web/dist", ".aws-sam"):
        shutil.rmtree(ROOT / output, ignore_errors=True)


TARGETS: dict[str, Callable[[], None]] = {
    "run": run,
    "check": checks.check,
    "test": checks.test,
    "generate": generate.generate,
    "events": sample_events.events,
    "redrive": redrive,
    "advisories": checks.advisories,
    "nightly": nightly.nightly,
    "sqlx": sqlx.regenerate,
    "bench": bench.bench,
    "clean": clean,
    "distclean": distclean,
}


def main() -> int:
    """Run one target. A `UserError` is printed without a traceback."""
    parser = argparse.ArgumentParser(prog="python3 -m local", description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    target = TARGETS[parser.parse_args().target]
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    aws.remove_credentials()
    try:
        target()
    except UserError as error:
        if error.details:
            print(error.details, file=sys.stderr)
        print(f"mrmrthon: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("mrmrthon: stopped", file=sys.stderr)
        return 130
    return 0


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
