"""Retry failed batches of a DynamoDB stream the way Lambda does. MiniStack counts every answered batch as a success.

- A function that answers `batchItemFailures` has handled the records before the first one it names; Lambda retries from
  that record: https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
- When a function fails as a whole and the mapping sets `BisectBatchOnFunctionError`, Lambda retries half the
  batch.
- After `MaximumRetryAttempts`, Lambda sends the records to the mapping's on-failure destination and continues:
  https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Record = dict[str, Any]
Result = dict[str, Any]
Mapping = dict[str, Any]


def install() -> None:
    """Replace MiniStack's invocation of a function."""
    # Imported here, so that unit tests of the class don't load MiniStack.
    from ministack.services import lambda_svc

    lambda_svc._execute_function = StreamDelivery(
        execute=lambda_svc._execute_function,
        mappings=lambda: [mapping for _, _, mapping in lambda_svc._iter_all_esms()],
        discard=lambda_svc._send_ddb_stream_failure_record,
    )


@dataclass
class _Progress:
    """How far a mapping has come within the batch that MiniStack delivers again until it succeeds."""

    next_sequence: int = 0
    attempts: int = 0
    # Smaller than the batch after it was bisected.
    size: int | None = None


class StreamDelivery:
    """Replaces MiniStack's `_execute_function`. Changes only how batches of DynamoDB streams are delivered."""

    def __init__(
        self,
        execute: Callable[..., Result],
        mappings: Callable[[], list[Mapping]],
        discard: Callable[..., None],
    ) -> None:
        """`discard` sends records to a mapping's on-failure destination."""
        self._execute = execute
        self._mappings = mappings
        self._discard = discard
        self._progress: dict[str, _Progress] = {}

    def __call__(self, func: dict[str, Any], event: Any, *args: Any, **kwargs: Any) -> Result:
        """Invoke a function."""
        mapping = self._mapping(func, event)
        if mapping is None:
            return self._execute(func, event, *args, **kwargs)
        progress = self._progress.setdefault(mapping["UUID"], _Progress())
        remaining = [record for record in event["Records"] if _sequence(record) >= progress.next_sequence]
        result: Result = {"body": {"batchItemFailures": []}}
        while remaining:
            batch = remaining[: progress.size]
            result = self._execute(func, {"Records": batch}, *args, **kwargs)
            failed = _first_failed(batch, result)
            if failed is None:
                progress.attempts, progress.size = 0, None
                remaining = remaining[len(batch) :]
                continue
            if failed:
                progress.attempts = 0
            remaining = remaining[failed:]
            progress.next_sequence = _sequence(remaining[0])
            batch = batch[failed:]
            if result.get("error") and len(batch) > 1 and mapping.get("BisectBatchOnFunctionError"):
                progress.size = len(batch) // 2
                continue
            progress.attempts += 1
            limit = mapping.get("MaximumRetryAttempts", -1)
            if limit is None or limit < 0 or progress.attempts <= limit:
                return _as_error(result)
            discarded = batch if result.get("error") else batch[:1]
            self._discard(mapping, func, discarded, mapping["EventSourceArn"], result, "RetryAttemptsExhausted")
            progress.attempts, progress.size = 0, None
            remaining = remaining[len(discarded) :]
        del self._progress[mapping["UUID"]]
        return {"log": result.get("log", ""), "body": {"batchItemFailures": []}}

    def _mapping(self, func: dict[str, Any], event: Any) -> Mapping | None:
        """The event source mapping of a DynamoDB stream that sent this event, if any."""
        records = event.get("Records") if isinstance(event, dict) else None
        if not records or not isinstance(records[0], dict) or records[0].get("eventSource") != "aws:dynamodb":
            return None
        name = (func.get("config") or func).get("FunctionName")
        source = records[0].get("eventSourceARN")
        for mapping in self._mappings():
            if mapping["FunctionName"] == name and mapping["EventSourceArn"] == source:
                return mapping
        return None


def _sequence(record: Record) -> int:
    return int(record["dynamodb"]["SequenceNumber"])


def _first_failed(batch: list[Record], result: Result) -> int | None:
    """Index of the first record that failed."""
    if result.get("error"):
        return 0
    body = result.get("body")
    failures = body.get("batchItemFailures") if isinstance(body, dict) else None
    if not failures:
        return None
    named = {str(failure.get("itemIdentifier")) for failure in failures}
    indexes = [index for index, record in enumerate(batch) if record["dynamodb"]["SequenceNumber"] in named]
    return min(indexes, default=0)


def _as_error(result: Result) -> Result:
    """A result that makes MiniStack keep its position and retry after a pause."""
    if result.get("error"):
        return result
    body = {"errorType": "BatchItemFailures", "errorMessage": str(result.get("body"))}
    return {**result, "error": True, "body": body}
