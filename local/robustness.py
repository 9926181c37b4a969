"""Schemathesis against a deployed stack: whatever is sent, no answer is a server error or outside openapi.yaml."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from . import tools
from .api import PASSWORD, Api, Person
from .instance import ROOT, Instance
from .problem import Problem
from .processes import in_parallel, run
from .progress import Step

_SEED = 42_195
# For each operation, beside the fixed cases at the bounds of its parameters and fields.
_RANDOM_CASES = 40
_CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
)
# What random values seldom are: other alphabets, emoji, right to left, control characters, lone combining marks, words
# that grow in upper or lower case, quotes, and numbers at and beyond the ends of integers.
_STRINGS = (
    *("김하늘", "Ýmir", "İstanbul", "ﬃ", "e\u0301", "\u0301", "\u00a0", "\u200b", "\ufeff", "\uffff"),
    *("\U0001f3c3\U0001f3fd\u200d\u2640\ufe0f", "\U0001d518", "مرحبا", "\u202eabc", "\u0000", "a\u0000b", "\u0007"),
    *("a\nb", "' OR '1'='1", "%00", "../..", "-0", "1e400", "NaN", "null", "2024-02-30", "2025-02-29"),
    *("2026-03-15T08:00:00+14:00", "2026-03-15T23:59:60Z", "0:00:00", "99:59:59.999", "100:00:00"),
    *("\u0663:\u0660\u0660:\u0660\u0660", "가" * 5_000),
)
_INTEGERS = (-(2**63) - 1, -(2**63), -1, 0, 2**31, 2**32, 2**53 + 1, 2**63 - 1, 2**63, 2**64, 10**30)
_TEXT_FIELDS = ("login_id", "password", "name", "phone", "title", "location", "memo", "reason", "bib", "refresh_token")
# Headers are drawn from these alone: a client cannot send most other text.
_HEADERS = {
    "Accept-Language": ("en", "ko", "en;q=0.1, ko", "fr, *", "en;q=NaN", ";;,=", "é"),
    "If-Match": ('"1"', "*", 'W/"1"', '"0", "1", "2"', '"', "1", "é"),
    "Idempotency-Key": ("1", "8e03978e-40d5-43e8-bc93-6894a57f9324", "~" * 64, "~" * 65, "a b", "é"),
}


@dataclass(frozen=True)
class _World:
    """People and things that exist, so that requests get further than to a 404."""

    organizer: Person
    runner: Person
    # Who applied without a result, and may cancel.
    bystander: Person
    # Who may be deleted, by whom they are like.
    leavers: dict[str, Person]
    marathon_id: str
    open_marathon_ids: tuple[str, ...]
    # Of the runner: one to keep, one that may be deleted.
    record_ids: tuple[str, str]

    @classmethod
    def create(cls, api: Api) -> Self:
        """A race of today with two results and somebody without one."""
        organizer = api.person("robust-organizer", 1)
        runner, second, bystander = (api.person(f"robust-{name}", 0) for name in ("runner", "second", "bystander"))
        leavers = {
            "organizer": api.person("robust-leaving-organizer", 1),
            "runner": api.person("robust-leaving-runner", 0),
        }
        race = {"title": "Robust", "held_on": f"{datetime.now(UTC):%Y-%m-%d}", "location": "Seoul", "point": 10}
        marathon_id, *open_marathon_ids = (api.post("/marathons", race, organizer)["marathon_id"] for _ in range(5))
        for player, bib in ((runner, "F3"), (second, "W1"), (bystander, "B7")):
            api.post(f"/marathons/{marathon_id}/players", {"bib": bib}, player)
        for bib in ("F3", "W1"):
            result = {"bib": bib, "status": "finished", "net_time": "3:29:41"}
            api.post(f"/marathons/{marathon_id}/official-records", result, organizer)
        kept = {"title": "Han river", "ran_on": "2026-02-01", "distance_m": 10_000, "time": "0:52:10"}
        first, last = (api.post("/users/me/non-official-records", kept, runner)["record_id"] for _ in range(2))
        return cls(organizer, runner, bystander, leavers, marathon_id, tuple(open_marathon_ids), (first, last))


def check(instance: Instance, step: Step) -> None:
    """Send generated requests to every operation, as an organizer and as a runner, side by side."""
    address = json.loads(instance.endpoints.read_text())["api"]
    world = _World.create(Api(address))
    counts = {}
    failures = []

    def send(name: str, person: Person, operations: str) -> int:
        """Requests of one person to some operations; answers how many."""
        config = instance.directory / f"robustness-{name.replace(' ', '-')}.toml"
        config.write_text("".join(f"{line}\n" for line in _config(world, person)), encoding="utf-8")
        command = [*_command(config, address), operations, "users-delete"]
        outcome = run(command, on_line=lambda line: setattr(step, "detail", line.strip()))
        found = re.search(r"^ *([\d,]+) generated", outcome.output, re.MULTILINE)
        if not outcome.ok or not found:
            failures.append(f"==== as the {name} ====\n{outcome.output}")
        return int(found[1].replace(",", "")) if found else 0

    def play(name: str, person: Person) -> None:
        counts[name] = send(name, person, "--exclude-operation-id")
        # Whoever is deleted can do nothing else any more.
        counts[name] += send(f"leaving {name}", world.leavers[name], "--include-operation-id")

    in_parallel(
        lambda: play("organizer", world.organizer),
        lambda: play("runner", world.runner),
    )
    step.result = ", ".join(f"{count} cases as the {name}" for name, count in sorted(counts.items()))
    if failures:
        raise Problem("failed: robustness (what schemathesis found is above)", "\n".join(failures))


def _command(config: Path, address: str) -> list[str | Path]:
    return [
        *(tools.SCHEMATHESIS, "--config-file", config, "run", ROOT / "api" / "openapi.yaml", "--url", address),
        *("--phases", "examples,coverage,fuzzing", "--checks", ",".join(_CHECKS), "--continue-on-failure"),
        *("--max-examples", str(_RANDOM_CASES), "--seed", str(_SEED), "--generation-database", "none"),
        # More than one worker makes Python 3.11's parser fail now and then.
        *("--generation-unique-inputs", "--workers", "1", "--request-timeout", "30", "--warnings", "off", "--no-color"),
    ]


def _config(world: _World, person: Person) -> Iterator[str]:
    """The lines of a schemathesis.toml: who asks, and what usually exists."""
    yield "[auth.openapi]"
    yield f"bearerAuth = {{ bearer = {_value(person.token)} }}"
    yield f"basicAuth = {{ username = {_value(person.login_id)}, password = {_value(PASSWORD)} }}"
    # A run depends on nothing that an earlier one left behind.
    yield "[cache]"
    yield "enabled = false"
    # Methods that a route does not have are the gateway's to answer, outside of the contract.
    yield "[phases.coverage]"
    yield "unexpected-methods = []"
    existing: dict[str, list[str | int]] = {
        "marathon_id": [world.marathon_id],
        "user_id": ["me", world.runner.user_id],
        "bib": ["F3"],
        "record_id": [world.record_ids[0]],
        # Where the runner can still apply.
        "open_marathon_id": [*world.open_marathon_ids],
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
        yield f'"path.{name}" = {_often(name)}'
    for field in _TEXT_FIELDS:
        yield f'"body.{field}" = {{ dictionary = "strings", probability = 0.3 }}'
    for header in _HEADERS:
        yield f'"header.{header}" = {{ dictionary = "{header}", probability = 1.0 }}'
    # What is deleted is something that no other operation needs.
    apart = {
        "official-records-delete": f'"path.bib" = {_value("W1")}',
        "players-cancel": f'"path.user_id" = {world.bystander.user_id}',
        "non-official-records-delete": f'"path.record_id" = {_value(world.record_ids[1])}',
        "players-apply": f'"path.marathon_id" = {_often("open_marathon_id")}',
    }
    for operation, parameter in apart.items():
        yield "[[operations]]"
        yield f'include-operation-id = "{operation}"'
        yield f"parameters = {{ {parameter} }}"


def _often(dictionary: str) -> str:
    """A parameter that is usually something that exists, and else whatever is generated."""
    return f'{{ dictionary = "{dictionary}", probability = 0.7 }}'


def _value(value: str | list[str | int]) -> str:
    """A string or an array in TOML, which writes them as JSON does."""
    return json.dumps(value, ensure_ascii=False)
