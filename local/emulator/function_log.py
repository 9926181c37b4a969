"""Write what functions print to one file, line by line, as they print it.

MiniStack sends the output to its CloudWatch Logs after an invocation ends, so the last lines of a killed function are
lost. Lambda sends them too: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
"""

from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from ministack.core import lambda_runtime


def install(path: Path) -> None:
    """Append the output of every function to a file."""
    pump: Callable[..., None] = lambda_runtime.ProvidedWorker._pump_output
    # Unbuffered, and one write per line, so lines of different functions never interleave.
    log = path.open("ab", buffering=0)

    def pump_and_copy(worker: lambda_runtime.ProvidedWorker, stream: IO[bytes], *args: Any) -> None:
        pump(worker, _Tee(stream, _logical_name(worker.func_name), log), *args)

    lambda_runtime.ProvidedWorker._pump_output = pump_and_copy


class _Tee:
    """A function's output stream that copies each line, prefixed with the function's name, to a log."""

    def __init__(self, stream: IO[bytes], name: str, log: IO[bytes]) -> None:
        self._stream = stream
        self._prefix = f"{name:<22} ".encode()
        self._log = log

    def readline(self) -> bytes:
        line = self._stream.readline()
        if line:
            self._log.write(self._prefix + line.rstrip(b"\r\n") + b"\n")
        return line

    def close(self) -> None:
        self._stream.close()


def _logical_name(function_name: str) -> str:
    """`mrmrthon-local-UsersSignup-3CB86FFC8E4A5` is `UsersSignup` in the template."""
    parts = function_name.split("-")
    return parts[-2] if len(parts) > 2 else function_name
