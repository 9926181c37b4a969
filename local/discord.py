"""A stand-in for Discord's webhooks that enforces the documented limits and stores the messages it receives.

POST /webhook/…           accepts a message as Discord does: 204, or 200 with the message for ?wait=true
GET  /?contains=TEXT      answers the received messages as JSON, oldest first
PUT  /faults              adds a fault: {"status": 500, "count": 20} fails the next 20 requests; further fields are
                          "retry_after" (seconds, with 429), "webhook" (only this path), "contains" (only this text)
GET  /faults              answers all faults; "served" counts the requests that each has failed

https://discord.com/developers/docs/resources/webhook and https://discord.com/developers/docs/topics/rate-limits
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


class DiscordError(Exception):
    """An error that a client receives, in Discord's format."""

    def __init__(self, status: HTTPStatus, body: Json) -> None:
        """`body` is the JSON that the client receives."""
        super().__init__(body["message"])
        self.status = status
        self.body = body


class InvalidFieldError(Exception):
    """A field that Discord rejects."""

    def __init__(self, path: str, code: str, message: str) -> None:
        """`path` names the field, such as `embeds.0.title`."""
        super().__init__(message)
        nested: Json = {"_errors": [{"code": code, "message": message}]}
        for key in reversed(path.split(".")):
            nested = {key: nested}
        self.body: Json = {"message": "Invalid Form Body", "code": 50035, "errors": nested}


def check(message: Any) -> None:
    """Raise `InvalidFieldError` or `DiscordError` for a message that Discord would reject."""
    if not isinstance(message, dict):
        raise InvalidFieldError("_body", "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
    _check_text(message, "content", 2000)
    _check_text(message, "username", 80)
    embeds = message.get("embeds") or []
    if not isinstance(embeds, list):
        raise InvalidFieldError("embeds", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
    if len(embeds) > MAX_EMBEDS:
        raise InvalidFieldError("embeds", "BASE_TYPE_MAX_LENGTH", f"Must be {MAX_EMBEDS} or fewer in length.")
    for index, embed in enumerate(embeds):
        _check_embed(embed, f"embeds.{index}")
    if sum(len(text) for embed in embeds for text in _counted(embed)) > MAX_EMBED_CHARACTERS:
        raise InvalidFieldError(
            "embeds", "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {MAX_EMBED_CHARACTERS}"
        )
    if not (message.get("content") or "").strip() and not embeds:
        raise DiscordError(HTTPStatus.BAD_REQUEST, {"message": "Cannot send an empty message", "code": 50006})


def _check_embed(embed: Any, path: str) -> None:
    if not isinstance(embed, dict):
        raise InvalidFieldError(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
    _check_text(embed, "title", 256, path)
    _check_text(embed, "description", 4096, path)
    for part, name, limit in (("footer", "text", 2048), ("author", "name", 256)):
        if part in embed:
            _check_object(embed[part], f"{path}.{part}")
            _check_text(embed[part], name, limit, f"{path}.{part}")
    fields = embed.get("fields") or []
    if not isinstance(fields, list):
        raise InvalidFieldError(f"{path}.fields", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
    if len(fields) > MAX_FIELDS:
        raise InvalidFieldError(f"{path}.fields", "BASE_TYPE_MAX_LENGTH", f"Must be {MAX_FIELDS} or fewer in length.")
    for index, field in enumerate(fields):
        _check_object(field, f"{path}.fields.{index}")
        for name, limit in (("name", 256), ("value", 1024)):
            _check_text(field, name, limit, f"{path}.fields.{index}", required=True)


def _check_object(value: Any, path: str) -> None:
    if not isinstance(value, dict):
        raise InvalidFieldError(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")


def _check_text(parent: Json, name: str, limit: int, path: str = "", *, required: bool = False) -> None:
    value = parent.get(name)
    where = f"{path}.{name}" if path else name
    if value is None or value == "":
        if required:
            raise InvalidFieldError(where, "BASE_TYPE_REQUIRED", "This field is required")
        return
    if not isinstance(value, str):
        raise InvalidFieldError(where, "STRING_TYPE_CONVERT", "Could not interpret value as string.")
    if len(value) > limit:
        raise InvalidFieldError(where, "BASE_TYPE_MAX_LENGTH", f"Must be {limit} or fewer in length.")


def _counted(embed: Json) -> Iterator[str]:
    """The texts of an embed that count towards the limit of all embeds together."""
    yield embed.get("title") or ""
    yield embed.get("description") or ""
    yield (embed.get("footer") or {}).get("text") or ""
    yield (embed.get("author") or {}).get("name") or ""
    for field in embed.get("fields") or []:
        yield field["name"]
        yield field["value"]


class RateLimit:
    """Limits the requests of each webhook in a sliding window."""

    def __init__(self) -> None:
        """Start without requests."""
        self._requests: defaultdict[str, deque[float]] = defaultdict(deque)
        self._lock = threading.Lock()

    def take(self, webhook: str) -> tuple[int, float]:
        """Count a request. Returns how many more the window allows and the seconds until it is empty.

        Raises `DiscordError` (429) when the limit is exceeded.
        """
        now = time.monotonic()
        with self._lock:
            requests = self._requests[webhook]
            while requests and requests[0] <= now - WINDOW_SECONDS:
                requests.popleft()
            if len(requests) >= REQUESTS_PER_WINDOW:
                retry_after = round(requests[0] + WINDOW_SECONDS - now, 3)
                body = {"message": "You are being rate limited.", "retry_after": retry_after, "global": False}
                raise DiscordError(HTTPStatus.TOO_MANY_REQUESTS, body)
            requests.append(now)
            return REQUESTS_PER_WINDOW - len(requests), requests[0] + WINDOW_SECONDS - now


@dataclass
class Fault:
    """An error response for the next `count` requests that match."""

    status: HTTPStatus
    count: int
    retry_after: float = 1.0
    webhook: str | None = None
    contains: str = ""
    served: int = 0

    @classmethod
    def parse(cls, body: Any) -> Self:
        """Parse the body of a PUT. Raises `ValueError` when it is invalid."""
        known = {field.name for field in fields(cls)} - {"served"}
        if not isinstance(body, dict) or not {"status", "count"} <= body.keys() <= known:
            raise ValueError(f"a fault has a status and a count; its fields are {', '.join(sorted(known))}")
        return cls(**{**body, "status": HTTPStatus(body["status"]), "count": int(body["count"])})

    def matches(self, webhook: str, body: str) -> bool:
        """Whether this fault fails a request."""
        return self.served < self.count and self.webhook in (None, webhook) and self.contains in body

    def error(self) -> DiscordError:
        """The error that a request receives."""
        if self.status == HTTPStatus.TOO_MANY_REQUESTS:
            text = "You are being rate limited."
            return DiscordError(self.status, {"message": text, "retry_after": self.retry_after, "global": False})
        return DiscordError(self.status, {"message": f"{self.status}: {self.status.phrase}", "code": 0})


class Faults:
    """All faults since the start."""

    def __init__(self) -> None:
        """Start without faults."""
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Add a fault. A request fails by the oldest fault that matches."""
        with self._lock:
            self._faults.append(fault)

    def take(self, webhook: str, body: str) -> None:
        """Raise `DiscordError` when a fault matches the request."""
        with self._lock:
            for fault in self._faults:
                if fault.matches(webhook, body):
                    fault.served += 1
                    raise fault.error()

    def all(self) -> list[Json]:
        """All faults, oldest first."""
        with self._lock:
            return [asdict(fault) for fault in self._faults]


class Inbox:
    """The received messages, in memory and in a file."""

    def __init__(self, file: Path) -> None:
        """Load the messages that the file has."""
        self._file = file
        self._lock = threading.Lock()
        self._messages: list[Json] = []
        if file.exists():
            self._messages = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]

    def add(self, webhook: str, message: Json) -> Json:
        """Store a message, and return it with its id and time."""
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
        """The messages that contain a text in any field."""
        with self._lock:
            messages = list(self._messages)
        return [entry for entry in messages if any(text in value for value in _texts(entry["message"]))]


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
    """Handles one connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    inbox: Inbox
    rate_limit: RateLimit
    faults: Faults

    def do_GET(self) -> None:
        """Answer the messages or the faults."""
        address = urlsplit(self.path)
        if address.path == "/faults":
            self._answer(HTTPStatus.OK, self.faults.all())
        else:
            self._answer(HTTPStatus.OK, self.inbox.find(parse_qs(address.query).get("contains", [""])[0]))

    def do_PUT(self) -> None:
        """Add a fault."""
        body = self._body()
        if self.path != "/faults" or body is None:
            self._answer(HTTPStatus.NOT_FOUND, {"message": "PUT is for /faults only"})
            return
        try:
            self.faults.add(Fault.parse(json.loads(body)))
        except (ValueError, TypeError) as error:
            self._answer(HTTPStatus.BAD_REQUEST, {"message": str(error)})
        else:
            self._answer(HTTPStatus.NO_CONTENT, None)

    def do_POST(self) -> None:
        """Receive a message for a webhook."""
        address = urlsplit(self.path)
        body = self._body()
        try:
            self._receive(address.path, parse_qs(address.query), body)
        except InvalidFieldError as error:
            self._answer(HTTPStatus.BAD_REQUEST, error.body)
        except DiscordError as error:
            headers = {}
            if "retry_after" in error.body:
                headers["Retry-After"] = str(math.ceil(error.body["retry_after"]))
            self._answer(error.status, error.body, headers)

    def _receive(self, webhook: str, query: dict[str, list[str]], body: bytes | None) -> None:
        if not webhook.startswith("/webhook/"):
            raise DiscordError(HTTPStatus.NOT_FOUND, {"message": "Unknown Webhook", "code": 10015})
        self.faults.take(webhook, (body or b"").decode(errors="replace"))
        remaining, reset_after = self.rate_limit.take(webhook)
        if body is None:
            raise DiscordError(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"message": "Request entity too large", "code": 40005}
            )
        try:
            message = json.loads(body)
        except ValueError:
            text = "The request body contains invalid JSON."
            raise DiscordError(HTTPStatus.BAD_REQUEST, {"message": text, "code": 50109}) from None
        check(message)
        entry = self.inbox.add(webhook, message)
        headers = {
            "X-RateLimit-Limit": str(REQUESTS_PER_WINDOW),
            "X-RateLimit-Remaining": str(remaining),
            "X-RateLimit-Reset-After": f"{reset_after:.3f}",
        }
        if query.get("wait") == ["true"]:
            self._answer(HTTPStatus.OK, {**message, "id": entry["id"], "timestamp": entry["received_at"]}, headers)
        else:
            self._answer(HTTPStatus.NO_CONTENT, None, headers)

    def _body(self) -> bytes | None:
        """The request's body, or None when it is too large; the connection is then closed."""
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
    """Has a backlog large enough for race day."""

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
