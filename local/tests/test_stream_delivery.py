"""Streams are delivered as Lambda delivers them."""

import unittest
from typing import Any

from local.stream_delivery import Mapping, Record, Result, StreamDelivery

SOURCE = "arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/1"
FUNCTION = {"config": {"FunctionName": "stage"}}


def record(number: int) -> Record:
    """One change, known by its number."""
    return {"eventSource": "aws:dynamodb", "eventSourceARN": SOURCE, "dynamodb": {"SequenceNumber": f"{number:030d}"}}


def numbers(records: list[Record]) -> list[int]:
    """The numbers of some changes."""
    return [int(change["dynamodb"]["SequenceNumber"]) for change in records]


class Stage:
    """A function that fails for some records, as a whole or by naming them."""

    def __init__(self, failing: set[int], *, crashes: bool = False) -> None:
        """`failing` may be changed later, as when an outage is over."""
        self.failing = failing
        self.crashes = crashes
        self.invocations: list[list[int]] = []
        self.given_up: list[list[int]] = []

    def execute(self, _func: dict[str, Any], event: dict[str, Any]) -> Result:
        """Take a batch."""
        batch = numbers(event["Records"])
        self.invocations.append(batch)
        failed = [number for number in batch if number in self.failing]
        if failed and self.crashes:
            return {"error": True, "body": {"errorType": "Panic"}}
        return {"body": {"batchItemFailures": [{"itemIdentifier": f"{number:030d}"} for number in failed]}}

    def discard(self, _mapping: Mapping, _func: dict[str, Any], batch: list[Record], *_: object) -> None:
        """Hear of records that were given up."""
        self.given_up.append(numbers(batch))

    def delivery(self, retries: int) -> StreamDelivery:
        """Deliver to this stage."""
        mapping = {
            "UUID": "m",
            "FunctionName": "stage",
            "EventSourceArn": SOURCE,
            "MaximumRetryAttempts": retries,
            "BisectBatchOnFunctionError": True,
        }
        return StreamDelivery(self.execute, lambda: [mapping], self.discard)


def batch(count: int) -> dict[str, Any]:
    """The event with changes 1 to `count`."""
    return {"Records": [record(number) for number in range(1, count + 1)]}


class StreamDeliveryTest(unittest.TestCase):
    """What is delivered, how often, and what is given up."""

    def test_a_handled_batch_is_delivered_once(self) -> None:
        """Nothing fails."""
        stage = Stage(set())
        self.assertNotIn("error", stage.delivery(2)(FUNCTION, batch(3)))
        self.assertEqual(stage.invocations, [[1, 2, 3]])

    def test_the_batch_goes_on_from_the_first_failure(self) -> None:
        """What came before the failed record is not delivered again."""
        stage = Stage({2})
        delivery = stage.delivery(5)
        self.assertTrue(delivery(FUNCTION, batch(3))["error"])
        stage.failing.clear()
        self.assertNotIn("error", delivery(FUNCTION, batch(4)))
        self.assertEqual(stage.invocations, [[1, 2, 3], [2, 3, 4]])

    def test_a_record_that_always_fails_is_given_up_alone(self) -> None:
        """After its retries the stream goes on."""
        stage = Stage({2})
        delivery = stage.delivery(2)
        self.assertTrue(delivery(FUNCTION, batch(3))["error"])
        self.assertTrue(delivery(FUNCTION, batch(3))["error"])
        self.assertNotIn("error", delivery(FUNCTION, batch(3)))
        self.assertEqual(stage.invocations, [[1, 2, 3], [2, 3], [2, 3], [3]])
        self.assertEqual(stage.given_up, [[2]])

    def test_a_crash_is_narrowed_down_by_halves(self) -> None:
        """A function that cannot name the record gets smaller batches."""
        stage = Stage({3}, crashes=True)
        delivery = stage.delivery(1)
        while delivery(FUNCTION, batch(4)).get("error"):
            pass
        self.assertEqual(stage.given_up, [[3]])
        self.assertIn([4], stage.invocations)

    def test_other_events_pass_through(self) -> None:
        """Only streams are delivered in parts."""
        stage = Stage(set())
        event = {"Records": [{"eventSource": "aws:sqs", "dynamodb": {"SequenceNumber": "1"}}]}
        stage.delivery(1)(FUNCTION, event)
        self.assertEqual(stage.invocations, [[1]])
        self.assertEqual(stage.given_up, [])


if __name__ == "__main__":
    unittest.main()
