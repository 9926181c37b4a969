"""Fuzz a deployed stack with schemathesis: no answer may be a server error or differ from openapi.yaml."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from . import tools
from .api_client import PASSWORD, Account, Api
from .errors import UserError
from .instance import ROOT, Instance
from .processes import in_parallel, run
from .progress import Step

_SEED = 42_195
# Random cases per operation, besides the fixed cases at the limits of its parameters and fields.
_MAX_EXAMPLES = 40
_CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
)
# Values that are rare among random ones: other scripts, emoji, right-to-left text, control characters, combining marks,
# letters whose upper or lower case is longer, quotes, and numbers at and beyond the limits of integer types.
_STRINGS = (
    *("김하늘", "Ýmir", "İstanbul", "ﬃ", "e\u0301", "\u0301", "\u00a0", "\u200b", "\ufeff", "\uffff"),
    *("\U0001f3c3\U0001f3fd\u200d\u2640\ufe0f", "\U0001d518", "مرحبا", "\u202eabc", "\u0000", "a\u0000b", "\u0007"),
    *("a\nb", "' OR '1'='1", "%00", "../..", "-0", "1e400", "NaN", "null", "2024-02-30", "2025-02-29"),
    *("2026-03-15T08:00:00+14:00", "2026-03-15T23:59:60Z", "0:00:00", "99:59:59.999", "100:00:00"),
    *("\u0663:\u0660\u0660:\u0660\u0660", "가" * 5_000),
)
_INTEGERS = (-(2**63) - 1, -(2**63), -1, 0, 2**31, 2**32, 2**53 + 1, 2**63 - 1, 2**63, 2**64, 10**30)
_TEXT_FIELDS = ("login_id", "password", "name", "phone", "title", "location", "memo", "reason", "bib", "refresh_token")
# The only header values sent: HTTP clients cannot send most random text.
_HEADERS = {
    "Accept-Language": ("en", "ko", "en;q=0.1, ko", "fr, *", "en;q=NaN", ";;,=", "é"),
    "If-Match": ('"1"', "*", 'W/"1"', '"0", "1", "2"', '"', "1", "é"),
    "Idempotency-Key": ("1", "8e03978e-40d5-43e8-bc93-6894a57f9324", "~" * 64, "~" * 65, "a b", "é"),
}


@dataclass(frozen=True)
class _Fixtures:
    """Accounts, races and records that exist, so that not every request ends with a 404."""

    organizer: Account
    runner: Account
    # A player without a result, whose application may be cancelled.
    player: Account
    # Accounts that may be deleted, by role.
    deletable: dict[str, Account]
    marathon_id: str
    # Races that the runner has not applied for.
    open_marathon_ids: tuple[str, ...]
    # Non-official records of the runner.
    record_id: str
    deletable_record_id: str

    @classmethod
    def create(cls, api: Api) -> Self:
        """Create a race of today with three players, two of them with results."""
        organizer = api.sign_up("fuzz-organizer", 1)
        runner, second, player = (api.sign_up(f"fuzz-{name}", 0) for name in ("runner", "second", "player"))
        deletable = {
            "organizer": api.sign_up("fuzz-deletable-organizer", 1),
            "runner": api.sign_up("fuzz-deletable-runner", 0),
        }
        race = {"title": "Fuzz", "held_on": f"{datetime.now(UTC):%Y-%m-%d}", "location": "Seoul", "point": 10}
        marathon_id, *open_marathon_ids = (api.post("/marathons", race, organizer)["marathon_id"] for _ in range(5))
        for account, bib in ((runner, "F3"), (second, "W1"), (player, "B7")):
            api.post(f"/marathons/{marathon_id}/players", {"bib": bib}, account)
        for bib in ("F3", "W1"):
            result = {"bib": bib, "status": "finished", "net_time": "3:29:41"}
            api.post(f"/marathons/{marathon_id}/official-records", result, organizer)
        record = {"title": "Han river", "ran_on": "2026-02-01", "distance_m": 10_000, "time": "0:52:10"}
        record_ids = (api.post("/users/me/non-official-records", record, runner)["record_id"] for _ in range(2))
        return cls(organizer, runner, player, deletable, marathon_id, tuple(open_marathon_ids), *record_ids)


def check(instance: Instance, step: Step) -> None:
    """Send generated requests to every operation, as an organizer and as a runner in parallel."""
    url = json.loads(instance.endpoints.read_text())["api"]
    fixtures = _Fixtures.create(Api(url))
    counts = {}
    failures = []

    def fuzz(name: str, account: Account, operations: str) -> int:
        """Send requests as one account and return their number. `operations` is the option before `users-delete`."""
        config = instance.directory / f"fuzz-{name.replace(' ', '-')}.toml"
        config.write_text("".join(f"{line}\n" for line in _config(fixtures, account)), encoding="utf-8")
        command = [*_command(config, url), operations, "users-delete"]
        outcome = run(command, on_line=step.show)
        found = re.search(r"^ *([\d,]+) generated", outcome.output, re.MULTILINE)
        if not outcome.ok or not found:
            failures.append(f"==== as the {name} ====\n{outcome.output}")
        return int(found[1].replace(",", "")) if found else 0

    def fuzz_as(name: str, account: Account) -> None:
        counts[name] = fuzz(name, account, "--exclude-operation-id")
        # With another account, because a deleted one can do nothing else.
        counts[name] += fuzz(f"deletable {name}", fixtures.deletable[name], "--include-operation-id")

    in_parallel(
        lambda: fuzz_as("organizer", fixtures.organizer),
        lambda: fuzz_as("runner", fixtures.runner),
    )
    step.result = ", ".join(f"{count} cases as the {name}" for name, count in sorted(counts.items()))
    if failures:
        raise UserError("failed: fuzz (see the output of schemathesis above)", "\n".join(failures))


def _command(config: Path, url: str) -> list[str | Path]:
    return [
        *(tools.SCHEMATHESIS, "--config-file", config, "run", ROOT / "api" / "openapi.yaml", "--url", url),
        *("--phases", "examples,coverage,fuzzing", "--checks", ",".join(_CHECKS), "--continue-on-failure"),
        *("--max-examples", str(_MAX_EXAMPLES), "--seed", str(_SEED), "--generation-database", "none"),
        # With more than one worker, Python 3.11's parser fails now and then.
        *("--generation-unique-inputs", "--workers", "1", "--request-timeout", "30", "--warnings", "off", "--no-color"),
    ]


def _config(fixtures: _Fixtures, account: Account) -> Iterator[str]:
    """The lines of a schemathesis.toml with the account's credentials and the ids of the fixtures."""
    yield "[auth.openapi]"
    yield f"bearerAuth = {{ bearer = {_value(account.token)} }}"
    yield f"basicAuth = {{ username = {_value(account.login_id)}, password = {_value(PASSWORD)} }}"
    # No run depends on an earlier one.
    yield "[cache]"
    yield "enabled = false"
    # API Gateway answers methods that a route lacks; the contract does not cover that.
    yield "[phases.coverage]"
    yield "unexpected-methods = []"
    existing: dict[str, list[str | int]] = {
        "marathon_id": [fixtures.marathon_id],
        "user_id": ["me", fixtures.runner.user_id],
        "bib": ["F3"],
        "record_id": [fixtures.record_id],
        "open_marathon_id": [*fixtures.open_marathon_ids],
        "strings": [*_STRINGS],
        "integers": [*_INTEGERS],
        **{header: [*values] for header, values in _HEADERS.items()},
    }
    for name, values in existing.items():
        yield f"[dictionaries.{name}]"
        yield f"values = {_value(values)}"
    yield "[generation.dictionaries]"
    yield 'string = { dictionary = "strings", probability = 0.2 }'
    yield 'integer = { dictionary = "integers", probability = 0.2 }'
    yield "[parameters]"
    for name in ("marathon_id", "user_id", "bib", "record_id"):
        yield f'"path.{name}" = {_usually(name)}'
    for field in _TEXT_FIELDS:
        yield f'"body.{field}" = {{ dictionary = "strings", probability = 0.3 }}'
    for header in _HEADERS:
        yield f'"header.{header}" = {{ dictionary = "{header}", probability = 1.0 }}'
    # Deletions use ids that no other operation needs.
    overrides = {
        "official-records-delete": f'"path.bib" = {_value("W1")}',
        "players-cancel": f'"path.user_id" = {fixtures.player.user_id}',
        "non-official-records-delete": f'"path.record_id" = {_value(fixtures.deletable_record_id)}',
        "players-apply": f'"path.marathon_id" = {_usually("open_marathon_id")}',
    }
    for operation, parameter in overrides.items():
        yield "[[operations]]"
        yield f'include-operation-id = "{operation}"'
        yield f"parameters = {{ {parameter} }}"


def _usually(dictionary: str) -> str:
    """A parameter that is usually a value of the dictionary, otherwise generated."""
    return f'{{ dictionary = "{dictionary}", probability = 0.7 }}'


def _value(value: str | list[str | int]) -> str:
    """A string or an array in TOML, whose syntax is that of JSON."""
    return json.dumps(value, ensure_ascii=False)
