"""MiniStack, the local AWS, with what the pinned release still lacks. Runs in the tools' environment.

Five adaptations, each of which goes when MiniStack does the same by itself:

- an invocation waits for nothing: the two small writes of the Runtime API met Nagle's algorithm, and a function that
  prints nothing was given 50 ms to print something;
- what functions print is also a file, so that a person can follow it;
- a DynamoDB stream outlives a restart; MiniStack keeps the positions of its readers but not the records, and readers
  then skip as many new records as they had read before;
- partial failures and retry limits of DynamoDB streams (see `stream_delivery`);
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
from typing import Any

from ministack import app
from ministack.core import lambda_runtime
from ministack.services import dynamodb, lambda_svc
from ministack.services.cloudformation import provisioners

from .stream_delivery import StreamDelivery

# Notices that wait for Discord's rate limit are the slowest.
_SECONDS_TO_FINISH = 10


def answer_without_delay() -> None:
    """Spend no time on waiting in an invocation."""
    socketserver.StreamRequestHandler.disable_nagle_algorithm = True
    lambda_runtime.ProvidedWorker._drain_stderr_bounded = functools.partialmethod(
        lambda_runtime.Worker._drain_stderr_bounded, first_line_wait=0.005, idle_confirm=0.002
    )


def copy_function_logs(path: Path) -> None:
    """Append what functions print to a file, each line under the name of its function."""
    emit: Callable[..., None] = lambda_svc._emit_lambda_logs

    def emit_and_copy(func: dict[str, Any], request_id: str, log_text: str, *args: Any, **kwargs: Any) -> None:
        if log_text:
            name = (func.get("config") or func).get("FunctionName", "unknown")
            with path.open("a", encoding="utf-8") as log:
                log.writelines(f"{_logical_name(name):<22} {line}\n" for line in log_text.splitlines())
        emit(func, request_id, log_text, *args, **kwargs)

    lambda_svc._emit_lambda_logs = emit_and_copy


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
    exclude_punctuation_from_secrets()
    try:
        app.main()
    finally:
        end_functions()
