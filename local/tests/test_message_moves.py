"""Dead letters go back to where they came from."""

import json
import threading
import time
import unittest
from typing import Any

from local.message_moves import MessageMoves, Queue


class Refused(Exception):
    """What a client would read."""


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
        """Nothing is dead yet."""
        self.queue, self.dead, self.other = _queue("queue", "dead"), _queue("dead"), _queue("other")
        self.moves = MessageMoves(
            queues=lambda: [self.queue, self.dead, self.other],
            lock=threading.Lock(),
            refuse=lambda code, _words: Refused(code),
        )

    def start(self, **request: str) -> None:
        """Begin a task and carry it out as far as it can be."""
        self.moves.start(request, "")
        self.moves.move(self.moves._tasks[-1])

    def status(self) -> tuple[str, int, int]:
        """Status, moved and to be moved of the last task."""
        (task,) = self.moves.list({"SourceArn": "dead"}, "")["Results"]
        return (
            task["Status"],
            task["ApproximateNumberOfMessagesMoved"],
            task["ApproximateNumberOfMessagesToMove"],
        )

    async def test_messages_go_back_as_new_ones(self) -> None:
        """They may be received as often as any other."""
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

    async def test_a_message_that_is_being_read_waits(self) -> None:
        """Somebody may be about to delete it."""
        self.dead["messages"] = [_message(1), _message(2, visible_at=time.time() + 60)]
        self.start(SourceArn="dead")
        self.assertEqual(self.status(), ("RUNNING", 1, 2))
        with self.assertRaises(Refused):
            self.start(SourceArn="dead")
        self.dead["messages"][0]["visible_at"] = 0
        self.moves.move(self.moves._tasks[-1])
        self.assertEqual(self.status(), ("COMPLETED", 2, 2))

    async def test_another_destination_can_be_named(self) -> None:
        """It need not be where they came from."""
        self.dead["messages"] = [_message(1, came_from=None)]
        self.start(SourceArn="dead", DestinationArn="other")
        self.assertEqual(len(self.other["messages"]), 1)

    async def test_a_message_from_nowhere_stays(self) -> None:
        """A topic or a function put it there; only a named destination helps."""
        self.dead["messages"] = [_message(1, came_from=None)]
        self.start(SourceArn="dead")
        self.assertEqual(self.status()[0], "FAILED")
        self.assertEqual(len(self.dead["messages"]), 1)

    async def test_only_a_dead_letter_queue_can_be_emptied(self) -> None:
        """As SQS has it."""
        for source in ("queue", "other", "nowhere"):
            with self.subTest(source=source), self.assertRaises(Refused):
                self.moves.start({"SourceArn": source}, "")


if __name__ == "__main__":
    unittest.main()
