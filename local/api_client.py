"""A small client of the HTTP API, which creates accounts and races for `make events` and the fuzz tests."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import UserError

PASSWORD = "correct horse"  # noqa: S105 - of test accounts


@dataclass(frozen=True)
class Account:
    """A user who has signed up and logged in."""

    user_id: int
    login_id: str
    token: str


class Api:
    """The API at a URL."""

    def __init__(self, url: str) -> None:
        """`url` ends in /api."""
        self._url = url

    def sign_up(self, login_id: str, user_type: int) -> Account:
        """A new runner (`user_type` 0) or organizer (1)."""
        credentials = {"login_id": login_id, "password": PASSWORD}
        self.post("/users", {**credentials, "name": login_id, "phone": "010-1234-5678", "user_type": user_type})
        login = self.post("/users/login", credentials)
        return Account(login["user"]["user_id"], login_id, login["token"])

    def post(self, path: str, body: dict[str, Any], account: Account | None = None) -> dict[str, Any]:
        """Send a POST as an account, or as nobody, and return the answer's body."""
        headers = {"content-type": "application/json", **_authorization(account.token if account else None)}
        answer: dict[str, Any] = json.loads(send("POST", self._url + path, json.dumps(body).encode(), headers))
        return answer

    def delete(self, path: str, token: str) -> None:
        """Send a DELETE."""
        send("DELETE", self._url + path, headers=_authorization(token))


# Without a proxy: the API is on this machine.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def send(method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> bytes:
    """Send a request and return the body of its successful answer."""
    request = urllib.request.Request(url, body, dict(headers or {}), method=method)  # noqa: S310 - http
    try:
        with _OPENER.open(request, timeout=30) as answer:
            content: bytes = answer.read()
            return content
    except urllib.error.HTTPError as error:
        raise UserError(f"{method} {url} answered {error.code}", error.read().decode(errors="replace")) from None
    except OSError as error:
        raise UserError(f"{method} {url} failed: {error}") from None


def _authorization(token: str | None) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"} if token else {}
