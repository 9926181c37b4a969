"""A stand-in for Discord's webhooks that enforces its documented limits and keeps what it received.

POST /webhook/…           accepts a message as Discord does: 204, or 200 with the message for ?wait=true
GET  /?contains=TEXT      answers what was received, as JSON, oldest first
PUT  /faults              begins to fail, as in {"status": 500, "count": 20} or {"status": 429, "count": 5,
                          "retry_after": 1.5}; with "webhook" only that path, with "contains" only messages with a text
GET  /faults              answers every fault so far, each with how often it was "served"
"""

import argparse
import json
import math
import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

Json = dict[str, Any]

REQUESTS_PER_WINDOW = 5
WINDOW_SECONDS = 2.0
MAX_EMBEDS = 10
MAX_FIELDS = 25
MAX_EMBED_CHARACTERS = 6000
MAX_BODY_BYTES = 1_000_000


class Refusal(Exception):
    """An answer other than success, in Discord's shape."""

    def __init__(self, status: HTTPStatus, body: Json) -> None:
        """`body` is what the client reads."""
        super().__init__(body["message"])
        self.status = status
        self.body = body


class Invalid(Exception):
    """One field that Discord would not take."""

    def __init__(self, path: str, code: str, message: str) -> None:
        """`path` leads to the field, its parts joined with dots."""
        super().__init__(message)
        nested: Json = {"_errors": [{"code": code, "message": message}]}
        for key in reversed(path.split(".")):
            nested = {key: nested}
        self.body: Json = {"message": "Invalid Form Body", "code": 50035, "errors": nested}


def check(message: Any) -> None:
    """Raise `Invalid` or `Refusal` for a message that Discord would refuse."""
    if not isinstance(message, dict):
        raise Invalid("_body", "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
    _check_text(message, "content", 2000)
    _check_text(message, "username", 80)
    embeds = message.get("embeds") or []
    if not isinstance(embeds, list):
        raise Invalid("embeds", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
    if len(embeds) > MAX_EMBEDS:
        raise Invalid("embeds", "BASE_TYPE_MAX_LENGTH", f"Must be {MAX_EMBEDS} or fewer in length.")
    for index, embed in enumerate(embeds):
        _check_embed(embed, f"embeds.{index}")
    if sum(len(text) for embed in embeds for text in _counted(embed)) > MAX_EMBED_CHARACTERS:
        raise Invalid("embeds", "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {MAX_EMBED_CHARACTERS}")
    if not (message.get("content") or "").strip() and not embeds:
        raise Refusal(HTTPStatus.BAD_REQUEST, {"message": "Cannot send an empty message", "code": 50006})


def _check_embed(embed: Any, path: str) -> None:
    if not isinstance(embed, dict):
        raise Invalid(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
    _check_text(embed, "title", 256, path)
    _check_text(embed, "description", 4096, path)
    for part, name, limit in (("footer", "text", 2048), ("author", "name", 256)):
        if part in embed:
            _check_object(embed[part], f"{path}.{part}")
            _check_text(embed[part], name, limit, f"{path}.{part}")
    fields = embed.get("fields") or []
    if not isinstance(fields, list):
        raise Invalid(f"{path}.fields", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
    if len(fields) > MAX_FIELDS:
        raise Invalid(f"{path}.fields", "BASE_TYPE_MAX_LENGTH", f"Must be {MAX_FIELDS} or fewer in length.")
    for index, field in enumerate(fields):
        _check_object(field, f"{path}.fields.{index}")
        for name, limit in (("name", 256), ("value", 1024)):
            _check_text(field, name, limit, f"{path}.fields.{index}", required=True)


def _check_object(value: Any, path: str) -> None:
    if not isinstance(value, dict):
        raise Invalid(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")


def _check_text(parent: Json, name: str, limit: int, path: str = "", *, required: bool = False) -> None:
    value = parent.get(name)
    where = f"{path}.{name}" if path else name
    if value is None or value == "":
        if required:
            raise Invalid(where, "BASE_TYPE_REQUIRED", "This field is required")
        return
    if not isinstance(value, str):
        raise Invalid(where, "STRING_TYPE_CONVERT", "Could not interpret value as string.")
    if len(value) > limit:
        raise Invalid(where, "BASE_TYPE_MAX_LENGTH", f"Must be {limit} or fewer in length.")


def _counted(embed: Json) -> Iterator[str]:
    """The texts of an embed that count towards the limit for all embeds together."""
    yield embed.get("title") or ""
    yield embed.get("description") or ""
    yield (embed.get("footer") or {}).get("text") or ""
    yield (embed.get("author") or {}).get("name") or ""
    for field in embed.get("fields") or []:
        yield field["name"]
        yield field["value"]


class RateLimit:
    """Requests of each webhook within a sliding window."""

    def __init__(self) -> None:
        """No requests so far."""
        self._requests: defaultdict[str, deque[float]] = defaultdict(deque)
        self._lock = threading.Lock()

    def take(self, webhook: str) -> tuple[int, float]:
        """Count a request: how many more may follow, and when the window is free again. Raises when it is full."""
        now = time.monotonic()
        with self._lock:
            requests = self._requests[webhook]
            while requests and requests[0] <= now - WINDOW_SECONDS:
                requests.popleft()
            if len(requests) >= REQUESTS_PER_WINDOW:
                wait = round(requests[0] + WINDOW_SECONDS - now, 3)
                body = {"message": "You are being rate limited.", "retry_after": wait, "global": False}
                raise Refusal(HTTPStatus.TOO_MANY_REQUESTS, body)
            requests.append(now)
            return REQUESTS_PER_WINDOW - len(requests), requests[0] + WINDOW_SECONDS - now


@dataclass
class Fault:
    """Answers that Discord gives in place of its own, one for each request until there were enough."""

    status: HTTPStatus
    count: int
    retry_after: float = 1.0
    webhook: str | None = None
    contains: str = ""
    served: int = 0

    @classmethod
    def parse(cls, asked: Any) -> Self:
        """What was asked for; raises `ValueError` when it makes no sense."""
        known = {field.name for field in fields(cls)} - {"served"}
        if not isinstance(asked, dict) or not {"status", "count"} <= asked.keys() <= known:
            raise ValueError(f"a fault has a status and a count, and of {', '.join(sorted(known))} what it needs")
        return cls(**{**asked, "status": HTTPStatus(asked["status"]), "count": int(asked["count"])})

    def concerns(self, webhook: str, body: str) -> bool:
        """Whether a request meets this fault."""
        return self.served < self.count and self.webhook in (None, webhook) and self.contains in body

    def refusal(self) -> Refusal:
        """The answer, in Discord's shape."""
        if self.status == HTTPStatus.TOO_MANY_REQUESTS:
            text = "You are being rate limited."
            return Refusal(self.status, {"message": text, "retry_after": self.retry_after, "global": False})
        return Refusal(self.status, {"message": f"{self.status}: {self.status.phrase}", "code": 0})


class Faults:
    """The faults that were asked for, and how often each was served."""

    def __init__(self) -> None:
        """Everything works."""
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Begin to fail; a request meets the oldest fault that concerns it."""
        with self._lock:
            self._faults.append(fault)

    def take(self, webhook: str, body: str) -> None:
        """Raise `Refusal` when the request meets a fault."""
        with self._lock:
            for fault in self._faults:
                if fault.concerns(webhook, body):
                    fault.served += 1
                    raise fault.refusal()

    def all(self) -> list[Json]:
        """Every fault, the oldest first."""
        with self._lock:
            return [asdict(fault) for fault in self._faults]


class Inbox:
    """What was received, in memory and in a file that outlives the process."""

    def __init__(self, file: Path) -> None:
        """Begin with what the file holds."""
        self._file = file
        self._lock = threading.Lock()
        self._messages: list[Json] = []
        if file.exists():
            self._messages = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]

    def add(self, webhook: str, message: Json) -> Json:
        """Keep a message and answer it as it was kept."""
        with self._lock:
            received = {
                "id": str(len(self._messages) + 1),
                "received_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "webhook": webhook,
                "message": message,
            }
            self._messages.append(received)
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(received, ensure_ascii=False) + "\n")
        return received

    def find(self, text: str) -> list[Json]:
        """The messages that contain a text anywhere."""
        with self._lock:
            messages = list(self._messages)
        return [kept for kept in messages if any(text in found for found in _texts(kept["message"]))]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    else:
        yield str(value)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    inbox: Inbox
    rate_limit: RateLimit
    faults: Faults

    def do_GET(self) -> None:
        """What was received, or how it failed."""
        address = urlsplit(self.path)
        if address.path == "/faults":
            self._answer(HTTPStatus.OK, self.faults.all())
        else:
            self._answer(HTTPStatus.OK, self.inbox.find(parse_qs(address.query).get("contains", [""])[0]))

    def do_PUT(self) -> None:
        """A fault to be had from now on."""
        body = self._body()
        if self.path != "/faults" or body is None:
            self._answer(HTTPStatus.NOT_FOUND, {"message": "only /faults can be put"})
            return
        try:
            self.faults.add(Fault.parse(json.loads(body)))
        except (ValueError, TypeError) as error:
            self._answer(HTTPStatus.BAD_REQUEST, {"message": str(error)})
        else:
            self._answer(HTTPStatus.NO_CONTENT, None)

    def do_POST(self) -> None:
        """A message for a webhook."""
        address = urlsplit(self.path)
        body = self._body()
        try:
            self._receive(address.path, parse_qs(address.query), body)
        except Invalid as invalid:
            self._answer(HTTPStatus.BAD_REQUEST, invalid.body)
        except Refusal as refusal:
            headers = {}
            if "retry_after" in refusal.body:
                headers["Retry-After"] = str(math.ceil(refusal.body["retry_after"]))
            self._answer(refusal.status, refusal.body, headers)

    def _receive(self, webhook: str, query: dict[str, list[str]], body: bytes | None) -> None:
        if not webhook.startswith("/webhook/"):
            raise Refusal(HTTPStatus.NOT_FOUND, {"message": "Unknown Webhook", "code": 10015})
        self.faults.take(webhook, (body or b"").decode(errors="replace"))
        remaining, reset_after = self.rate_limit.take(webhook)
        if body is None:
            raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"message": "Request entity too large", "code": 40005})
        try:
            message = json.loads(body)
        except ValueError:
            text = "The request body contains invalid JSON."
            raise Refusal(HTTPStatus.BAD_REQUEST, {"message": text, "code": 50109}) from None
        check(message)
        kept = self.inbox.add(webhook, message)
        headers = {
            "X-RateLimit-Limit": str(REQUESTS_PER_WINDOW),
            "X-RateLimit-Remaining": str(remaining),
            "X-RateLimit-Reset-After": f"{reset_after:.3f}",
        }
        if query.get("wait") == ["true"]:
            self._answer(HTTPStatus.OK, {**message, "id": kept["id"], "timestamp": kept["received_at"]}, headers)
        else:
            self._answer(HTTPStatus.NO_CONTENT, None, headers)

    def _body(self) -> bytes | None:
        """The request's body, or nothing when it is larger than any message; the connection then ends."""
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > MAX_BODY_BYTES:
            self.close_connection = True
            return None
        return self.rfile.read(int(length))

    def _answer(self, status: HTTPStatus, body: Any, headers: dict[str, str] | None = None) -> None:
        content = b"" if body is None else json.dumps(body, ensure_ascii=False, indent=2).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if body is not None:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class Server(ThreadingHTTPServer):
    """Takes as many connections at once as race day may bring."""

    daemon_threads = True
    request_queue_size = 128


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--inbox", type=Path, required=True)
    arguments = parser.parse_args()
    Handler.inbox = Inbox(arguments.inbox)
    Handler.rate_limit = RateLimit()
    Handler.faults = Faults()
    Server(("127.0.0.1", arguments.port), Handler).serve_forever()


if __name__ == "__main__":
    main()
