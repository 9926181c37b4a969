"""Dead-letter queue redrive: the SQS actions `StartMessageMoveTask` and `ListMessageMoveTasks`, which MiniStack lacks.

A task moves the messages of a dead-letter queue back to the queue they came from, or to another one, in the background.
There they count as new: with another id and a receive count of 0.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListMessageMoveTasks.html
"""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

Queue = dict[str, Any]
Message = dict[str, Any]
Json = dict[str, Any]

# Messages in flight are moved once they are visible again.
_POLL_SECONDS = 0.2


def install() -> None:
    """Add the two actions to MiniStack's SQS."""
    # Imported here, so that unit tests of the class don't load MiniStack.
    from ministack.services import sqs

    moves = MessageMoves(queues=lambda: list(sqs._queues.values()), lock=sqs._queues_lock, error=sqs._Err)
    sqs._HANDLERS |= {"StartMessageMoveTask": moves.start, "ListMessageMoveTasks": moves.list}


@dataclass
class _Task:
    handle: str
    source: str
    destination: str | None
    started_at: float
    waiting: set[str]
    moved: int = 0
    failure: str | None = None

    @property
    def status(self) -> str:
        if self.failure:
            return "FAILED"
        return "RUNNING" if self.waiting else "COMPLETED"

    def describe(self) -> Json:
        """The task as `ListMessageMoveTasks` answers it: with a handle, which serves to cancel, only while it runs."""
        description = {
            "Status": self.status,
            "SourceArn": self.source,
            "StartedTimestamp": int(self.started_at * 1000),
            "ApproximateNumberOfMessagesMoved": self.moved,
            "ApproximateNumberOfMessagesToMove": self.moved + len(self.waiting),
        }
        optional = {
            "TaskHandle": self.handle if self.status == "RUNNING" else None,
            "DestinationArn": self.destination,
            "FailureReason": self.failure,
        }
        return description | {name: value for name, value in optional.items() if value}


class MessageMoves:
    """The actions `StartMessageMoveTask` and `ListMessageMoveTasks`."""

    def __init__(
        self,
        queues: Callable[[], Iterable[Queue]],
        lock: threading.Lock,
        error: Callable[[str, str], Exception],
    ) -> None:
        """`lock` guards the queues' messages; `error` creates an SQS error from its code and message."""
        self._queues = queues
        self._lock = lock
        self._error = error
        self._tasks: list[_Task] = []
        self._running: set[asyncio.Task[None]] = set()

    def start(self, request: Json, _url: str) -> Json:
        """Start moving the messages that are in a dead-letter queue now."""
        arn, destination = request.get("SourceArn", ""), request.get("DestinationArn")
        source = self._source(arn)
        if destination and self._find(destination) is None:
            raise self._error(
                "ResourceNotFoundException", "The resource that you specified for DestinationArn doesn't exist."
            )
        if any(task.source == arn and task.status == "RUNNING" for task in self._tasks):
            raise self._error("UnsupportedOperation", "There is already a task running.")
        waiting = {message["id"] for message in source["messages"]}
        task = _Task(str(uuid4()), arn, destination, time.time(), waiting)
        self._tasks.append(task)
        background = asyncio.get_running_loop().create_task(self._run(task))
        self._running.add(background)
        background.add_done_callback(self._running.discard)
        return {"TaskHandle": task.handle}

    def list(self, request: Json, _url: str) -> Json:
        """The tasks of a dead-letter queue, newest first."""
        arn = request.get("SourceArn", "")
        self._source(arn)
        tasks = [task.describe() for task in reversed(self._tasks) if task.source == arn]
        return {"Results": tasks[: int(request.get("MaxResults", 1))]}

    def move(self, task: _Task) -> None:
        """Move the task's messages that are visible."""
        with self._lock:
            source = self._source(task.source)
            now = time.time()
            present = {message["id"]: message for message in source["messages"] if message["id"] in task.waiting}
            # Messages may have been deleted since the task started.
            task.waiting &= present.keys()
            for message in [message for message in present.values() if message["visible_at"] <= now]:
                origin = task.destination or message["sys"].get("DeadLetterQueueSourceArn")
                target = self._find(origin) if origin else None
                if target is None:
                    task.failure = "CouldNotDetermineMessageSource"
                    return
                source["messages"].remove(message)
                target["messages"].append(_as_new(message, now))
                task.waiting.discard(message["id"])
                task.moved += 1

    async def _run(self, task: _Task) -> None:
        while task.status == "RUNNING":
            await asyncio.sleep(_POLL_SECONDS)
            self.move(task)

    def _source(self, arn: str) -> Queue:
        source = self._find(arn)
        if source is None:
            raise self._error(
                "ResourceNotFoundException", "The resource that you specified for SourceArn doesn't exist."
            )
        if not any(_dead_letter_target(queue) == arn for queue in self._queues()):
            raise self._error("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.")
        return source

    def _find(self, arn: str) -> Queue | None:
        return next((queue for queue in self._queues() if queue["attributes"].get("QueueArn") == arn), None)


def _dead_letter_target(queue: Queue) -> str | None:
    policy = json.loads(queue["attributes"].get("RedrivePolicy") or "{}")
    target: str | None = policy.get("deadLetterTargetArn")
    return target


def _as_new(message: Message, now: float) -> Message:
    system = {name: value for name, value in message["sys"].items() if name != "DeadLetterQueueSourceArn"}
    return {
        **message,
        "id": str(uuid4()),
        "receipt_handle": None,
        "receive_count": 0,
        "first_receive_at": None,
        "sent_at": now,
        "visible_at": now,
        "sys": {**system, "SentTimestamp": str(int(now * 1000))},
    }
