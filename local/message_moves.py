"""Moving dead letters back, as SQS does with `StartMessageMoveTask`, for a MiniStack that has no such action.

A task takes the messages that wait in a dead-letter queue back to the queue they came from, or to another one. There
they are new: each has another id, and nobody has received it yet. SQS does so in the background, and so does this.
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

# Messages that somebody is reading are moved when they can be seen again.
_PACE_SECONDS = 0.2


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

    def described(self) -> Json:
        """As `ListMessageMoveTasks` answers it; a handle is needed only to cancel, so only while it runs."""
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
        refuse: Callable[[str, str], Exception],
    ) -> None:
        """`lock` guards the queues' messages; `refuse` makes the answer of a refused request from code and words."""
        self._queues = queues
        self._lock = lock
        self._refuse = refuse
        self._tasks: list[_Task] = []
        self._running: set[asyncio.Task[None]] = set()

    def start(self, request: Json, _url: str) -> Json:
        """Begin to move what a dead-letter queue holds now."""
        arn, destination = request.get("SourceArn", ""), request.get("DestinationArn")
        source = self._source(arn)
        if destination and self._find(destination) is None:
            raise self._refuse(
                "ResourceNotFoundException", "The resource that you specified for DestinationArn doesn't exist."
            )
        if any(task.source == arn and task.status == "RUNNING" for task in self._tasks):
            raise self._refuse("UnsupportedOperation", "There is already a task running.")
        waiting = {message["id"] for message in source["messages"]}
        task = _Task(str(uuid4()), arn, destination, time.time(), waiting)
        self._tasks.append(task)
        work = asyncio.get_running_loop().create_task(self._carry_out(task))
        self._running.add(work)
        work.add_done_callback(self._running.discard)
        return {"TaskHandle": task.handle}

    def list(self, request: Json, _url: str) -> Json:
        """The tasks of a dead-letter queue, the latest first."""
        arn = request.get("SourceArn", "")
        self._source(arn)
        tasks = [task.described() for task in reversed(self._tasks) if task.source == arn]
        return {"Results": tasks[: int(request.get("MaxResults", 1))]}

    def move(self, task: _Task) -> None:
        """Move those of a task's messages that nobody is reading."""
        with self._lock:
            source = self._source(task.source)
            now = time.time()
            here = {message["id"]: message for message in source["messages"] if message["id"] in task.waiting}
            # What was deleted meanwhile is nobody's any more.
            task.waiting &= here.keys()
            for message in [message for message in here.values() if message["visible_at"] <= now]:
                origin = task.destination or message["sys"].get("DeadLetterQueueSourceArn")
                target = self._find(origin) if origin else None
                if target is None:
                    task.failure = "CouldNotDetermineMessageSource"
                    return
                source["messages"].remove(message)
                target["messages"].append(_as_new(message, now))
                task.waiting.discard(message["id"])
                task.moved += 1

    async def _carry_out(self, task: _Task) -> None:
        while task.status == "RUNNING":
            await asyncio.sleep(_PACE_SECONDS)
            self.move(task)

    def _source(self, arn: str) -> Queue:
        source = self._find(arn)
        if source is None:
            raise self._refuse(
                "ResourceNotFoundException", "The resource that you specified for SourceArn doesn't exist."
            )
        if not any(_dead_letter_target(queue) == arn for queue in self._queues()):
            raise self._refuse("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.")
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
