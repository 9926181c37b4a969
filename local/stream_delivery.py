"""How Lambda delivers a DynamoDB stream, for a MiniStack that takes every answered batch as a success.

A function that answers `batchItemFailures` has handled the records before the first one it names; Lambda comes again
with that one and what follows. A function that fails as a whole gets the batch in halves, if the mapping says so. When
`MaximumRetryAttempts` are used up, the records go to the mapping's failure destination and the stream goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Record = dict[str, Any]
Result = dict[str, Any]
Mapping = dict[str, Any]


@dataclass
class _Position:
    """Where a mapping stands within the batch that MiniStack hands out again until it succeeds."""

    next_sequence: int = 0
    attempts: int = 0
    size: int | None = None


class StreamDelivery:
    """Stands in for MiniStack's `_execute_function`; everything but batches of a DynamoDB stream passes through."""

    def __init__(
        self,
        execute: Callable[..., Result],
        mappings: Callable[[], list[Mapping]],
        discard: Callable[..., None],
    ) -> None:
        """`discard` tells a mapping's failure destination which records were given up."""
        self._execute = execute
        self._mappings = mappings
        self._discard = discard
        self._positions: dict[str, _Position] = {}

    def __call__(self, func: dict[str, Any], event: Any, *args: Any, **kwargs: Any) -> Result:
        """Invoke a function."""
        mapping = self._mapping(func, event)
        if mapping is None:
            return self._execute(func, event, *args, **kwargs)
        position = self._positions.setdefault(mapping["UUID"], _Position())
        remaining = [record for record in event["Records"] if _sequence(record) >= position.next_sequence]
        result: Result = {"body": {"batchItemFailures": []}}
        while remaining:
            batch = remaining[: position.size]
            result = self._execute(func, {"Records": batch}, *args, **kwargs)
            failed = _first_failed(batch, result)
            if failed is None:
                position.attempts, position.size = 0, None
                remaining = remaining[len(batch) :]
                continue
            if failed:
                position.attempts = 0
            remaining = remaining[failed:]
            position.next_sequence = _sequence(remaining[0])
            batch = batch[failed:]
            if result.get("error") and len(batch) > 1 and mapping.get("BisectBatchOnFunctionError"):
                position.size = len(batch) // 2
                continue
            position.attempts += 1
            limit = mapping.get("MaximumRetryAttempts", -1)
            if limit is None or limit < 0 or position.attempts <= limit:
                return _as_failure(result)
            given_up = batch if result.get("error") else batch[:1]
            self._discard(mapping, func, given_up, mapping["EventSourceArn"], result, "RetryAttemptsExhausted")
            position.attempts, position.size = 0, None
            remaining = remaining[len(given_up) :]
        del self._positions[mapping["UUID"]]
        return {"log": result.get("log", ""), "body": {"batchItemFailures": []}}

    def _mapping(self, func: dict[str, Any], event: Any) -> Mapping | None:
        """The stream's mapping that this event comes from, if it comes from one."""
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
    """Index of the first record that was not handled."""
    if result.get("error"):
        return 0
    body = result.get("body")
    failures = body.get("batchItemFailures") if isinstance(body, dict) else None
    if not failures:
        return None
    named = {str(failure.get("itemIdentifier")) for failure in failures}
    indexes = [index for index, record in enumerate(batch) if record["dynamodb"]["SequenceNumber"] in named]
    return min(indexes, default=0)


def _as_failure(result: Result) -> Result:
    """What makes MiniStack keep its position and come again after a pause."""
    if result.get("error"):
        return result
    body = {"errorType": "BatchItemFailures", "errorMessage": str(result.get("body"))}
    return {**result, "error": True, "body": body}
