"""Redrive of dead-letter queues."""

import json
import threading
import time
import unittest
from typing import Any

from local.emulator.message_moves import MessageMoves, Queue


class SqsError(Exception):
    """Stands for MiniStack's SQS errors."""


def _queue(name: str, dead_letters: str | None = None) -> Queue:
    attributes = {"QueueArn": name}
    if dead_letters:
        attributes["RedrivePolicy"] = json.dumps({"deadLetterTargetArn": dead_letters, "maxReceiveCount": 3})
    return {"attributes": attributes, "messages": []}


def _message(number: int, *, came_from: str | None = "queue", visible_at: float = 0) -> dict[str, Any]:
    system = {"DeadLetterQueueSourceArn": came_from} if came_from else {}
    return {
        "id": str(number),
        "body": f"body {number}",
        "receive_count": 3,
        "receipt_handle": None,
        "first_receive_at": 1.0,
        "sent_at": 1.0,
        "visible_at": visible_at,
        "sys": system,
    }


class MessageMovesTest(unittest.IsolatedAsyncioTestCase):
    """A queue and its dead-letter queue."""

    def setUp(self) -> None:
        """Start with empty queues."""
        self.queue, self.dead, self.other = _queue("queue", "dead"), _queue("dead"), _queue("other")
        self.moves = MessageMoves(
            queues=lambda: [self.queue, self.dead, self.other],
            lock=threading.Lock(),
            error=lambda code, _message: SqsError(code),
        )

    def start(self, **request: str) -> None:
        """Start a task and move what can be moved at once."""
        self.moves.start(request, "")
        self.moves.move(self.moves._tasks[-1])

    def status(self) -> tuple[str, int, int]:
        """Status and counts (moved, to move) of the last task."""
        (task,) = self.moves.list({"SourceArn": "dead"}, "")["Results"]
        return (
            task["Status"],
            task["ApproximateNumberOfMessagesMoved"],
            task["ApproximateNumberOfMessagesToMove"],
        )

    async def test_moves_messages_back_as_new_ones(self) -> None:
        """With a new id and a receive count of 0."""
        self.dead["messages"] = [_message(1), _message(2)]
        self.start(SourceArn="dead")
        self.assertEqual(self.dead["messages"], [])
        bodies = [message["body"] for message in self.queue["messages"]]
        self.assertEqual(bodies, ["body 1", "body 2"])
        for message in self.queue["messages"]:
            self.assertNotIn(message["id"], ("1", "2"))
            self.assertEqual((message["receive_count"], message["first_receive_at"]), (0, None))
            self.assertNotIn("DeadLetterQueueSourceArn", message["sys"])
        self.assertEqual(self.status(), ("COMPLETED", 2, 2))

    async def test_waits_for_messages_in_flight(self) -> None:
        """Their receiver may delete them."""
        self.dead["messages"] = [_message(1), _message(2, visible_at=time.time() + 60)]
        self.start(SourceArn="dead")
        self.assertEqual(self.status(), ("RUNNING", 1, 2))
        with self.assertRaises(SqsError):
            self.start(SourceArn="dead")
        self.dead["messages"][0]["visible_at"] = 0
        self.moves.move(self.moves._tasks[-1])
        self.assertEqual(self.status(), ("COMPLETED", 2, 2))

    async def test_moves_to_a_given_destination(self) -> None:
        """Also messages without a source queue."""
        self.dead["messages"] = [_message(1, came_from=None)]
        self.start(SourceArn="dead", DestinationArn="other")
        self.assertEqual(len(self.other["messages"]), 1)

    async def test_fails_without_source_queue_and_destination(self) -> None:
        """As for messages from a topic or a function."""
        self.dead["messages"] = [_message(1, came_from=None)]
        self.start(SourceArn="dead")
        self.assertEqual(self.status()[0], "FAILED")
        self.assertEqual(len(self.dead["messages"]), 1)

    async def test_rejects_queues_that_are_no_dead_letter_queues(self) -> None:
        """As SQS does."""
        for source in ("queue", "other", "nowhere"):
            with self.subTest(source=source), self.assertRaises(SqsError):
                self.moves.start({"SourceArn": source}, "")


if __name__ == "__main__":
    unittest.main()
