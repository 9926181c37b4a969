"""`make events`: each function, built from its source and started by cargo-lambda, answers its sample event."""

import base64
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from . import aws, build, cloud, journey, tools
from .api import PASSWORD, Api, send
from .instance import ROOT, Instance, Port
from .journey import JOURNEY, Call
from .problem import Problem
from .processes import Service, Services, run
from .progress import Progress, Step

_SECONDS_TO_ANSWER = 60
_SHOWN_CHARACTERS = 72


def events() -> None:
    """Send every event of events/ to its function, beside `make run` and with its stores."""
    instance = Instance.for_people()
    if not instance.endpoints.exists():
        raise Problem("nothing runs here whose stores the functions could use: start it with `make run`")
    port = Port.configured("MRMRTHON_EVENTS_PORT", 19000, "`cargo lambda watch`")
    cloud.check_port(port, "make events")
    tools.check_prerequisites()
    progress = Progress()
    with Services() as services:
        with progress.step("install cargo-lambda") as step:
            tools.install_cargo_lambda(step)
        # `cargo lambda watch` would do it at the first call, and let the caller wait for ever where it cannot be done.
        with progress.step("build the functions") as step:
            build.build(step)
        with progress.step("start cargo lambda watch"):
            services.start(_watch(instance, port))
        with _people_and_a_race(instance) as known:
            for call in JOURNEY:
                with progress.step(call.event, announced=False) as step:
                    _send(call, known, instance, port, step)
                services.check()
    print(f"Each function answered: {len(JOURNEY)} events.")


def _folder(instance: Instance) -> Path:
    """What is sent to the functions."""
    return instance.directory / "events"


def _watch(instance: Instance, port: Port) -> Service:
    """Cargo-lambda's stand-in for Lambda, which starts a function when it is first called."""
    folder = _folder(instance)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return Service(
        name="cargo lambda watch",
        command=[
            *(tools.CARGO_LAMBDA, "lambda", "watch", "--manifest-path", ROOT / "Cargo.toml"),
            *("--env-file", instance.function_environment, "--ignore-changes", "--wait"),
            *("--invoke-address", "127.0.0.1", "--invoke-port", str(port.number)),
            *("--timeout", str(_SECONDS_TO_ANSWER)),
        ],
        log=_log(instance),
        ready=lambda: cloud.listens(port.number),
        environment=build.OFFLINE,
        # It looks at every folder below its own once for each function, changes ignored or not.
        folder=folder,
    )


@contextmanager
def _people_and_a_race(instance: Instance) -> Iterator[dict[str, str]]:
    """What the journey starts with; afterwards it is gone, and so is what the journey itself left."""
    endpoints = json.loads(instance.endpoints.read_text())
    api, name = Api(endpoints["api"]), f"sample-{uuid4().hex}"
    organizer = api.person(f"{name}-organizer", 1)
    race = {"title": name, "held_on": f"{datetime.now(UTC):%Y-%m-%d}", "location": "Seoul", "point": 10}
    bucket = f"{endpoints['aws']}/{name}"
    send("PUT", bucket)
    known = {
        journey.LOGIN_ID: name,
        journey.BASIC: base64.b64encode(f"{name}:{PASSWORD}".encode()).decode(),
        journey.ORGANIZERS_TOKEN: organizer.token,
        journey.MARATHON_ID: api.post("/marathons", race, organizer)["marathon_id"],
        journey.PLACE: f"{bucket}/answer",
    }
    try:
        yield known
    finally:
        for address in (known[journey.PLACE], bucket):
            with suppress(Problem):
                send("DELETE", address)
        for path, token in _left(known):
            with suppress(Problem):
                api.delete(path, token)


def _left(known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What may still be there, the most of it when the journey ended early, and the token of whose it is."""
    organizer = known[journey.ORGANIZERS_TOKEN]
    for marathon in (journey.MARATHON_ID, journey.MADE_MARATHON_ID):
        if marathon in known:
            yield f"/marathons/{known[marathon]}", organizer
    if journey.RUNNERS_TOKEN in known:
        yield "/users/me", known[journey.RUNNERS_TOKEN]
    yield "/users/me", organizer


def _send(call: Call, known: dict[str, str], instance: Instance, port: Port, step: Step) -> None:
    """Have a function answer an event, show the answer, and keep of it what later events need."""
    file = _folder(instance) / f"{call.event}.json"
    file.write_text(call.fill(known), encoding="utf-8")
    step.detail = "starts when it is first called"
    outcome = run(
        [
            *(tools.CARGO_LAMBDA, "lambda", "invoke", call.function, "--data-file", file),
            *("--invoke-address", "127.0.0.1", "--invoke-port", str(port.number)),
        ],
        environment=aws.environment(instance),
    )
    if not outcome.ok:
        step.result = "no answer"
        raise Problem(
            f"{call.function} did not answer events/{call.event}.json: the words of cargo-lambda are above, what the "
            f"function wrote is in {_log(instance).relative_to(ROOT)}",
            outcome.output,
        )
    answer = json.loads(send("GET", known[journey.PLACE]) if call.put else outcome.output)
    step.result = _shown(call, answer)
    if call.refuses(answer):
        raise Problem(
            f"{call.function} answered events/{call.event}.json with something else than {json.dumps(call.answer)}: "
            f"its answer is above, what it wrote is in {_log(instance).relative_to(ROOT)}",
            json.dumps(answer, ensure_ascii=False, indent=2),
        )
    known |= call.kept(answer)


def _shown(call: Call, answer: Any) -> str:
    """The status and the beginning of an answer, in one line."""
    if isinstance(answer, dict) and "statusCode" in answer:
        status, text = str(answer["statusCode"]), answer.get("body") or ""
    else:
        status, text = "no" if call.refuses(answer) else "ok", json.dumps(answer, ensure_ascii=False)
    shown = text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
    return f"{status:<3}  {shown}".rstrip()


def _log(instance: Instance) -> Path:
    return instance.logs / "events.log"
