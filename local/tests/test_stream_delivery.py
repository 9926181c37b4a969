"""Retries of DynamoDB stream batches."""

import unittest
from typing import Any

from local.emulator.stream_delivery import Mapping, Record, Result, StreamDelivery

SOURCE = "arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/1"
FUNCTION = {"config": {"FunctionName": "stage"}}


def record(number: int) -> Record:
    """A stream record with a sequence number."""
    return {"eventSource": "aws:dynamodb", "eventSourceARN": SOURCE, "dynamodb": {"SequenceNumber": f"{number:030d}"}}


def numbers(records: list[Record]) -> list[int]:
    """The sequence numbers of records."""
    return [int(record["dynamodb"]["SequenceNumber"]) for record in records]


class Function:
    """A function that fails for some records, by an error or by naming them."""

    def __init__(self, failing: set[int], *, crashes: bool = False) -> None:
        """`failing` can be changed later."""
        self.failing = failing
        self.crashes = crashes
        self.invocations: list[list[int]] = []
        self.discarded: list[list[int]] = []

    def execute(self, _func: dict[str, Any], event: dict[str, Any]) -> Result:
        """Handle a batch."""
        batch = numbers(event["Records"])
        self.invocations.append(batch)
        failed = [number for number in batch if number in self.failing]
        if failed and self.crashes:
            return {"error": True, "body": {"errorType": "Panic"}}
        return {"body": {"batchItemFailures": [{"itemIdentifier": f"{number:030d}"} for number in failed]}}

    def discard(self, _mapping: Mapping, _func: dict[str, Any], batch: list[Record], *_: object) -> None:
        """Receive records at the on-failure destination."""
        self.discarded.append(numbers(batch))

    def delivery(self, retries: int) -> StreamDelivery:
        """A delivery to this function."""
        mapping = {
            "UUID": "m",
            "FunctionName": "stage",
            "EventSourceArn": SOURCE,
            "MaximumRetryAttempts": retries,
            "BisectBatchOnFunctionError": True,
        }
        return StreamDelivery(self.execute, lambda: [mapping], self.discard)


def batch(count: int) -> dict[str, Any]:
    """An event with records 1 to `count`."""
    return {"Records": [record(number) for number in range(1, count + 1)]}


class StreamDeliveryTest(unittest.TestCase):
    """Deliveries, retries and discarded records."""

    def test_delivers_a_successful_batch_once(self) -> None:
        """Without failures."""
        function = Function(set())
        self.assertNotIn("error", function.delivery(2)(FUNCTION, batch(3)))
        self.assertEqual(function.invocations, [[1, 2, 3]])

    def test_retries_from_the_first_failed_record(self) -> None:
        """The records before it are not delivered again."""
        function = Function({2})
        delivery = function.delivery(5)
        self.assertTrue(delivery(FUNCTION, batch(3))["error"])
        function.failing.clear()
        self.assertNotIn("error", delivery(FUNCTION, batch(4)))
        self.assertEqual(function.invocations, [[1, 2, 3], [2, 3, 4]])

    def test_discards_only_the_failing_record_after_its_retries(self) -> None:
        """Then the stream continues."""
        function = Function({2})
        delivery = function.delivery(2)
        self.assertTrue(delivery(FUNCTION, batch(3))["error"])
        self.assertTrue(delivery(FUNCTION, batch(3))["error"])
        self.assertNotIn("error", delivery(FUNCTION, batch(3)))
        self.assertEqual(function.invocations, [[1, 2, 3], [2, 3], [2, 3], [3]])
        self.assertEqual(function.discarded, [[2]])

    def test_bisects_the_batch_when_the_function_crashes(self) -> None:
        """Until the failing record is alone."""
        function = Function({3}, crashes=True)
        delivery = function.delivery(1)
        while delivery(FUNCTION, batch(4)).get("error"):
            pass
        self.assertEqual(function.discarded, [[3]])
        self.assertIn([4], function.invocations)

    def test_passes_other_events_through(self) -> None:
        """Such as those of SQS."""
        function = Function(set())
        event = {"Records": [{"eventSource": "aws:sqs", "dynamodb": {"SequenceNumber": "1"}}]}
        function.delivery(1)(FUNCTION, event)
        self.assertEqual(function.invocations, [[1]])
        self.assertEqual(function.discarded, [])


if __name__ == "__main__":
    unittest.main()
