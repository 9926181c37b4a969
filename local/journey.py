"""The sample events of events/ in an order in which each finds what it needs, and what their functions answer.

A runner signs up, takes part in a race of today, which its organizer holds, and leaves again. The events name people
and things that do not exist; those are replaced by ones that do, some of them from the answers on the way.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .instance import ROOT

FOLDER = ROOT / "events"

# What the events have in place of something that exists.
TOKEN = "<token>"  # noqa: S105 - no secret
REFRESH_TOKEN = "<refresh_token>"  # noqa: S105 - no secret
LOGIN_ID = "sample-runner"
BASIC = "c2FtcGxlLXJ1bm5lcjpjb3JyZWN0IGhvcnNl"
USER_ID = "1001"
MARATHON_ID = "0199a4b2-7c00-7000-8000-000000000001"
RECORD_ID = "0199a4b2-7c00-7000-8000-0000000000aa"
OWN_RECORD_ID = "0199a4b2-7c00-7000-8000-0000000000bb"
PLACE = (
    "https://cloudformation-custom-resource-response-apnortheast2.s3.ap-northeast-2.amazonaws.com/response"
    "?X-Amz-Signature=sample"
)

# What is known under names that are in no event.
RUNNERS_TOKEN = "token of the runner"  # noqa: S105 - no secret
ORGANIZERS_TOKEN = "token of the organizer"  # noqa: S105 - no secret
MADE_MARATHON_ID = "race that marathons-create makes"


@dataclass(frozen=True)
class Call:
    """One event, the function that it is for, and what the answer has to hold."""

    event: str
    function: str
    answer: Mapping[str, Any]
    # Under which name the token is known that the event needs.
    token: str | None = None
    # What later events need of the body, and under which name.
    keeps: Mapping[str, str] = field(default_factory=dict)
    # Whether the answer is put to PLACE, as CloudFormation wants it.
    put: bool = False

    def fill(self, known: Mapping[str, str]) -> str:
        """The event, with what is known in place of what does not exist."""
        known = {**known, TOKEN: known[self.token]} if self.token else known
        text = (FOLDER / f"{self.event}.json").read_text(encoding="utf-8")
        # All at once, for what is put in may look like something to be replaced.
        return re.sub("|".join(map(re.escape, known)), lambda found: known[found[0]], text)

    def refuses(self, answer: Any) -> bool:
        """Whether an answer is not the one that the journey needs."""
        fields = answer if isinstance(answer, dict) else {}
        return any(fields.get(name) != value for name, value in self.answer.items())

    def kept(self, answer: Any) -> dict[str, str]:
        """What the answer makes known."""
        body = json.loads(answer["body"]) if self.keeps else {}
        return {name: str(body[source]) for name, source in self.keeps.items()}


def _route(
    event: str, status: int, token: str | None = None, *, function: str = "", keeps: Mapping[str, str] | None = None
) -> Call:
    return Call(event, function or event, {"statusCode": status}, token, keeps or {})


def _stage(event: str) -> Call:
    return Call(event, event, {"batchItemFailures": []})


def _newest_migration() -> int:
    return max(int(file.name.split("_")[0]) for file in (ROOT / "migrations").glob("*.sql"))


JOURNEY = (
    Call("user-db-migrate", "user-db-migrate", {"version": _newest_migration()}),
    Call("user-db-migrate-create", "user-db-migrate", {"Status": "SUCCESS"}, put=True),
    _route("users-signup", 201, keeps={USER_ID: "user_id"}),
    _route("users-login", 200, keeps={REFRESH_TOKEN: "refresh_token"}),
    _route("users-refresh", 200, keeps={REFRESH_TOKEN: "refresh_token"}),
    _route("users-logout", 204),
    _route("users-login-basic", 200, function="users-login", keeps={RUNNERS_TOKEN: "token"}),
    _route("users-get", 200),
    _route("users-list", 200, ORGANIZERS_TOKEN),
    _route("users-update", 200, RUNNERS_TOKEN),
    _route("marathons-create", 201, ORGANIZERS_TOKEN, keeps={MADE_MARATHON_ID: "marathon_id"}),
    _route("marathons-list", 200),
    _route("marathons-get", 200),
    _route("marathons-by-user", 200, ORGANIZERS_TOKEN),
    _route("players-apply", 201, RUNNERS_TOKEN),
    _route("players-list", 200, ORGANIZERS_TOKEN),
    _route("players-get", 200, RUNNERS_TOKEN),
    _route("players-by-user", 200, RUNNERS_TOKEN),
    _route("marathons-update", 200, ORGANIZERS_TOKEN),
    _route("official-records-create", 201, ORGANIZERS_TOKEN, keeps={RECORD_ID: "record_id"}),
    # They tell of the record as it was entered, and stay without effect when the stages of `make run` were faster.
    _stage("official-record"),
    _stage("point-increase"),
    _stage("webhook"),
    _route("official-records-list", 200),
    _route("official-records-update", 200, ORGANIZERS_TOKEN),
    _route("official-records-get", 200),
    _route("official-records-by-user", 200),
    _route("points-add", 202, ORGANIZERS_TOKEN),
    _route("points-by-race", 200, ORGANIZERS_TOKEN),
    Call("points-audit", "points-audit", {"races": 1, "records": 1}),
    _route("points-list", 200, RUNNERS_TOKEN),
    _route("points-ranking", 200),
    _route("official-records-delete", 204, ORGANIZERS_TOKEN),
    _route("players-cancel", 204, RUNNERS_TOKEN),
    _route("marathons-delete", 204, ORGANIZERS_TOKEN),
    _route("non-official-records-create", 201, RUNNERS_TOKEN, keeps={OWN_RECORD_ID: "record_id"}),
    _route("non-official-records-list", 200, RUNNERS_TOKEN),
    _route("non-official-records-update", 200, RUNNERS_TOKEN),
    _route("non-official-records-delete", 204, RUNNERS_TOKEN),
    _route("users-delete", 204, RUNNERS_TOKEN),
)
