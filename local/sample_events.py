"""`make events`: every function, built from source and run by cargo-lambda, answers its sample event.

The events are those of events/, in the order of api/journey.json, which is generated from api/journey.yaml.
"""

import base64
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from . import aws, build, ports, tools
from .api_client import PASSWORD, Api, send
from .errors import UserError
from .instance import ROOT, Instance
from .ports import Port
from .processes import Service, Services, run
from .progress import Progress, Step

FOLDER = ROOT / "events"
_JOURNEY = ROOT / "api" / "journey.json"
_TIMEOUT_SECONDS = 60
_MAX_SHOWN_CHARACTERS = 72


@dataclass(frozen=True)
class Call:
    """A step of the journey: an event, its function, and the fields that the answer must have."""

    event: str
    function: str
    answer: Mapping[str, Any]
    # Whose access token the event needs: organizer or runner.
    role: str | None = None
    save: Mapping[str, str] = field(default_factory=dict)
    # Whether the function sends its answer to response_url.
    puts_answer: bool = False

    @classmethod
    def parse(cls, step: Mapping[str, Any]) -> Self:
        """Parse a step of journey.json."""
        return cls(
            event=step["event"],
            function=step["function"],
            answer=step["put"] if "put" in step else step["answer"],
            role=step.get("as"),
            save=step.get("save", {}),
            puts_answer="put" in step,
        )

    def fill(self, placeholders: Mapping[str, str], values: Mapping[str, str]) -> str:
        """The event, with each placeholder replaced whose value is known."""
        if self.role:
            values = {**values, "token": values[f"{self.role}_token"]}
        replacements = {text: values[name] for name, text in placeholders.items() if name in values}
        event = (FOLDER / f"{self.event}.json").read_text(encoding="utf-8")
        # In one pass, because a value may contain another placeholder.
        return re.sub("|".join(map(re.escape, replacements)), lambda match: replacements[match[0]], event)

    def is_expected(self, answer: Any) -> bool:
        """Whether an answer has the required fields."""
        fields = answer if isinstance(answer, dict) else {}
        return all(fields.get(name) == value for name, value in self.answer.items())

    def saved(self, answer: Any) -> dict[str, str]:
        """The values to save from an answer."""
        body = json.loads(answer["body"]) if self.save else {}
        return {name: str(body[source]) for name, source in self.save.items()}


@dataclass(frozen=True)
class Journey:
    """The contents of journey.json."""

    placeholders: Mapping[str, str]
    calls: tuple[Call, ...]

    @classmethod
    def load(cls) -> Self:
        """Read the file."""
        document = json.loads(_JOURNEY.read_text(encoding="utf-8"))
        return cls(document["placeholders"], tuple(map(Call.parse, document["steps"])))


def events() -> None:
    """Send every event to its function, which uses the stores of `make run`."""
    instance = Instance.for_run()
    if not instance.endpoints.exists():
        raise UserError("the functions need the stores of a running local cloud: start it with `make run`")
    port = Port.configured("MRMRTHON_EVENTS_PORT", 19000, "`cargo lambda watch`")
    ports.check_free(port, "make events")
    tools.check_prerequisites()
    progress = Progress()
    with Services() as services:
        with progress.step("install cargo-lambda") as step:
            tools.install_cargo_lambda(step)
        # `cargo lambda watch` would build at the first call, but when the build fails, the call never returns.
        with progress.step("build the functions") as step:
            build.build(step)
        with progress.step("start cargo lambda watch"):
            services.start(_watch(instance, port))
        journey = Journey.load()
        with _organizer_and_race(instance) as values:
            for call in journey.calls:
                with progress.step(call.event, announced=False) as step:
                    _send(call, call.fill(journey.placeholders, values), values, instance, port, step)
                services.check()
    print(f"All functions answered: {len(journey.calls)} events.")


def _folder(instance: Instance) -> Path:
    """The events as they are sent."""
    return instance.directory / "events"


def _watch(instance: Instance, port: Port) -> Service:
    """cargo-lambda's stand-in for Lambda, which starts a function at its first call."""
    folder = _folder(instance)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return Service(
        name="cargo lambda watch",
        command=[
            *(tools.CARGO_LAMBDA, "lambda", "watch", "--manifest-path", ROOT / "Cargo.toml"),
            *("--env-file", instance.function_environment, "--ignore-changes", "--wait"),
            *("--invoke-address", "127.0.0.1", "--invoke-port", str(port.number)),
            *("--timeout", str(_TIMEOUT_SECONDS)),
        ],
        log=_log(instance),
        is_ready=lambda: ports.is_listening(port.number),
        environment=build.OFFLINE,
        # An almost empty folder: it scans its working folder once per function, even with --ignore-changes.
        folder=folder,
    )


@contextmanager
def _organizer_and_race(instance: Instance) -> Iterator[dict[str, str]]:
    """Create what the journey starts with. Afterwards delete it, and what the journey left behind."""
    endpoints = json.loads(instance.endpoints.read_text())
    api, name = Api(endpoints["api"]), f"sample-{uuid4().hex}"
    organizer = api.sign_up(f"{name}-organizer", 1)
    race = {"title": name, "held_on": f"{datetime.now(UTC):%Y-%m-%d}", "location": "Seoul", "point": 10}
    bucket = f"{endpoints['aws']}/{name}"
    send("PUT", bucket)
    values = {
        "login_id": name,
        "basic": base64.b64encode(f"{name}:{PASSWORD}".encode()).decode(),
        "organizer_token": organizer.token,
        "marathon_id": api.post("/marathons", race, organizer)["marathon_id"],
        "response_url": f"{bucket}/answer",
    }
    try:
        yield values
    finally:
        for url in (values["response_url"], bucket):
            with suppress(UserError):
                send("DELETE", url)
        for path, token in _remains(values):
            with suppress(UserError):
                api.delete(path, token)


def _remains(values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Paths of what may still exist, above all when the journey stopped early, and the tokens that delete it."""
    organizer = values["organizer_token"]
    for name in ("marathon_id", "created_marathon_id"):
        if name in values:
            yield f"/marathons/{values[name]}", organizer
    if "runner_token" in values:
        yield "/users/me", values["runner_token"]
    yield "/users/me", organizer


def _send(call: Call, event: str, values: dict[str, str], instance: Instance, port: Port, step: Step) -> None:
    """Invoke a function with an event, show its answer, and save the values that later events need."""
    file = _folder(instance) / f"{call.event}.json"
    file.write_text(event, encoding="utf-8")
    outcome = run(
        [
            *(tools.CARGO_LAMBDA, "lambda", "invoke", call.function, "--data-file", file),
            *("--invoke-address", "127.0.0.1", "--invoke-port", str(port.number)),
        ],
        environment=aws.environment(instance),
    )
    log = _log(instance).relative_to(ROOT)
    if not outcome.ok:
        step.result = "no answer"
        raise UserError(
            f"{call.function} did not answer events/{call.event}.json: see the output of cargo-lambda above, and the "
            f"function's log in {log}",
            outcome.output,
        )
    answer = json.loads(send("GET", values["response_url"]) if call.puts_answer else outcome.output)
    step.result = _summary(call, answer)
    if not call.is_expected(answer):
        raise UserError(
            f"{call.function} did not answer events/{call.event}.json with {json.dumps(call.answer)}: see its answer "
            f"above, and its log in {log}",
            json.dumps(answer, ensure_ascii=False, indent=2),
        )
    values |= call.saved(answer)


def _summary(call: Call, answer: Any) -> str:
    """The status and the first characters of an answer, in one line."""
    if isinstance(answer, dict) and "statusCode" in answer:
        status, text = str(answer["statusCode"]), answer.get("body") or ""
    else:
        status, text = "ok" if call.is_expected(answer) else "no", json.dumps(answer, ensure_ascii=False)
    shown = text if len(text) <= _MAX_SHOWN_CHARACTERS else f"{text[:_MAX_SHOWN_CHARACTERS]}…"
    return f"{status:<3}  {shown}".rstrip()


def _log(instance: Instance) -> Path:
    return instance.logs / "events.log"
