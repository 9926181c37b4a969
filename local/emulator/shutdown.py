"""Stop the function processes when MiniStack stops; MiniStack leaves them running.

Lambda ends an execution environment with its shutdown phase:
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

import time

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

# Long enough for the slowest invocation: the webhook waiting for Discord's rate limit.
_DRAIN_TIMEOUT_SECONDS = 10


def stop_functions() -> None:
    """Start no more invocations, let running ones finish within the timeout, then stop every function process."""
    lambda_svc._esms._data.clear()
    deadline = time.monotonic() + _DRAIN_TIMEOUT_SECONDS
    while lambda_svc._inflight_total and time.monotonic() < deadline:
        time.sleep(0.05)
    processes = [worker._proc for workers in lambda_runtime._workers.values() for worker in workers]
    for process in processes:
        lambda_runtime._signal(process)
    for process in processes:
        lambda_runtime._collect(process, time.monotonic() + 1)
