"""A client of the HTTP API, for the people and races that have to be there before something else is tried."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .problem import Problem

PASSWORD = "correct horse"  # noqa: S105 - of accounts that are there to be tried


@dataclass(frozen=True)
class Person:
    """Somebody who is signed up and logged in."""

    user_id: int
    login_id: str
    token: str


class Api:
    """The API at an address."""

    def __init__(self, address: str) -> None:
        """Ask nothing yet."""
        self._address = address

    def person(self, login_id: str, user_type: int) -> Person:
        """A new runner (0) or organizer (1)."""
        credentials = {"login_id": login_id, "password": PASSWORD}
        self.post("/users", {**credentials, "name": login_id, "phone": "010-1234-5678", "user_type": user_type})
        login = self.post("/users/login", credentials)
        return Person(login["user"]["user_id"], login_id, login["token"])

    def post(self, path: str, body: dict[str, Any], who: Person | None = None) -> dict[str, Any]:
        """What a POST makes."""
        headers = {"content-type": "application/json", **_authorization(who.token if who else None)}
        made: dict[str, Any] = json.loads(send("POST", self._address + path, json.dumps(body).encode(), headers))
        return made

    def delete(self, path: str, token: str) -> None:
        """Remove something of whose token it is."""
        send("DELETE", self._address + path, headers=_authorization(token))


# Never through a proxy: what is asked is on this machine.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def send(method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> bytes:
    """The body of an answer that tells of success."""
    request = urllib.request.Request(url, body, dict(headers or {}), method=method)  # noqa: S310 - http
    try:
        with _OPENER.open(request, timeout=30) as answer:
            content: bytes = answer.read()
            return content
    except urllib.error.HTTPError as error:
        raise Problem(f"{method} {url} answered {error.code}", error.read().decode(errors="replace")) from None
    except OSError as error:
        raise Problem(f"{method} {url} was not answered: {error}") from None


def _authorization(token: str | None) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"} if token else {}
