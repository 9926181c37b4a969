"""MiniStack, the local AWS, with what the pinned release still lacks. Runs in the tools' environment.

Six adaptations, each of which goes when MiniStack does the same by itself:

- an invocation waits for nothing: the two small writes of the Runtime API met Nagle's algorithm, and a function that
  prints nothing was given 50 ms to print something;
- what functions print is also a file, so that a person can follow it;
- a DynamoDB stream outlives a restart; MiniStack keeps the positions of its readers but not the records, and readers
  then skip as many new records as they had read before;
- partial failures and retry limits of DynamoDB streams (see `stream_delivery`);
- dead letters can be moved back (see `message_moves`);
- a secret that a template has generated has no punctuation where it says so.
"""

import copy
import functools
import os
import socketserver
import string
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from ministack import app
from ministack.core import lambda_runtime
from ministack.services import dynamodb, lambda_svc, sqs
from ministack.services.cloudformation import provisioners

from .message_moves import MessageMoves
from .stream_delivery import StreamDelivery

# Notices that wait for Discord's rate limit are the slowest.
_SECONDS_TO_FINISH = 10


def answer_without_delay() -> None:
    """Spend no time on waiting in an invocation."""
    socketserver.StreamRequestHandler.disable_nagle_algorithm = True
    lambda_runtime.ProvidedWorker._drain_stderr_bounded = functools.partialmethod(
        lambda_runtime.Worker._drain_stderr_bounded, first_line_wait=0.005, idle_confirm=0.002
    )


class _Copied:
    """What a function prints, line by line, each copied to a file under the function's name before it is handed on."""

    def __init__(self, stream: IO[bytes], name: str, log: IO[bytes]) -> None:
        self._stream = stream
        self._label = f"{name:<22} ".encode()
        self._log = log

    def readline(self) -> bytes:
        line = self._stream.readline()
        if line:
            self._log.write(self._label + line.rstrip(b"\r\n") + b"\n")
        return line

    def close(self) -> None:
        self._stream.close()


def copy_function_logs(path: Path) -> None:
    """Append what functions print to a file as they print it, so that the last words of one that is killed are kept."""
    pump: Callable[..., None] = lambda_runtime.ProvidedWorker._pump_output
    # Unbuffered, and each line is one write: those of several functions do not mix.
    log = path.open("ab", buffering=0)

    def pump_and_copy(worker: lambda_runtime.ProvidedWorker, stream: IO[bytes], *args: Any) -> None:
        pump(worker, _Copied(stream, _logical_name(worker.func_name), log), *args)

    lambda_runtime.ProvidedWorker._pump_output = pump_and_copy


def keep_streams_over_a_restart() -> None:
    """Save and restore the records of DynamoDB streams together with the tables."""
    get_state: Callable[[], dict[str, Any]] = dynamodb.get_state
    load_state: Callable[[Any], None] = dynamodb.load_persisted_state
    streams = {"stream_records": dynamodb._stream_records, "stream_trimmed": dynamodb._stream_trimmed}

    def get_state_with_streams() -> dict[str, Any]:
        return {**get_state(), **copy.deepcopy(streams)}

    def load_state_with_streams(data: dict[str, Any]) -> None:
        load_state(data)
        for name, store in streams.items():
            store.update(data.get(name, {}))

    dynamodb.get_state = get_state_with_streams
    dynamodb.load_persisted_state = load_state_with_streams


def keep_stream_promises() -> None:
    """Deliver DynamoDB streams as event source mappings promise to."""
    lambda_svc._execute_function = StreamDelivery(
        execute=lambda_svc._execute_function,
        mappings=lambda: [mapping for _, _, mapping in lambda_svc._iter_all_esms()],
        discard=lambda_svc._send_ddb_stream_failure_record,
    )


def move_dead_letters() -> None:
    """Have the actions that move messages out of a dead-letter queue."""
    moves = MessageMoves(queues=lambda: list(sqs._queues.values()), lock=sqs._queues_lock, refuse=sqs._Err)
    sqs._HANDLERS |= {"StartMessageMoveTask": moves.start, "ListMessageMoveTasks": moves.list}


def exclude_punctuation_from_secrets() -> None:
    """Heed ExcludePunctuation; no quotes in an environment file of cargo-lambda protect every punctuation mark."""
    generate: Callable[[dict[str, Any]], str] = provisioners._sm_secret_string

    def generate_as_asked(properties: dict[str, Any]) -> str:
        asked = properties.get("GenerateSecretString")
        if asked and asked.get("ExcludePunctuation"):
            excluded = asked.get("ExcludeCharacters", "") + string.punctuation
            properties = {**properties, "GenerateSecretString": {**asked, "ExcludeCharacters": excluded}}
        return generate(properties)

    provisioners._sm_secret_string = generate_as_asked


def end_functions() -> None:
    """End the execution environments, which MiniStack leaves behind, once they are idle or take too long."""
    lambda_svc._esms._data.clear()
    deadline = time.monotonic() + _SECONDS_TO_FINISH
    while lambda_svc._inflight_total and time.monotonic() < deadline:
        time.sleep(0.05)
    processes = [worker._proc for workers in lambda_runtime._workers.values() for worker in workers]
    for process in processes:
        lambda_runtime._signal(process)
    for process in processes:
        lambda_runtime._collect(process, time.monotonic() + 1)


def _logical_name(function_name: str) -> str:
    """`mrmrthon-local-UsersSignup-3CB86FFC8E4A5` is `UsersSignup` in the template."""
    parts = function_name.split("-")
    return parts[-2] if len(parts) > 2 else function_name


if __name__ == "__main__":
    answer_without_delay()
    copy_function_logs(Path(os.environ["FUNCTION_LOG"]))
    keep_streams_over_a_restart()
    keep_stream_promises()
    move_dead_letters()
    exclude_punctuation_from_secrets()
    try:
        app.main()
    finally:
        end_functions()
