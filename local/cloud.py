"""An instance as a whole: what has to hold before it starts, what it starts, and where others find it."""

import json
import socket
import sys
from pathlib import Path

from . import aws, user_db
from .deploy import Stack
from .instance import Instance, Port
from .problem import Problem
from .processes import Service, Services
from .progress import Progress


def check_ports(instance: Instance) -> None:
    """Fail when somebody else has one of the instance's ports."""
    for port in instance.ports:
        check_port(port, f"make {instance.name}")


def check_port(port: Port, command: str) -> None:
    """Fail when somebody else has a port that a command needs."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port.number))
        except OSError:
            raise Problem(
                f"port {port.number} is in use, and {port.purpose} needs it: stop what listens there, "
                f"or choose another, as in `{port.variable}={port.number + 10} {command}`"
            ) from None


def check_unmoved(instance: Instance) -> None:
    """Fail when the kept data belongs to another port: MiniStack knows its queues by an address with the port in it."""
    kept = instance.directory / "aws" / "port"
    if kept.exists() and kept.read_text() != str(instance.aws.number):
        raise Problem(
            f"what `make {instance.name}` keeps belongs to port {kept.read_text()}: "
            f"set {instance.aws.variable}={kept.read_text()}, or forget it with `make clean`"
        )


def start(instance: Instance, services: Services, progress: Progress) -> None:
    """Start user_db, Discord and AWS, and wait until all are ready."""
    instance.endpoints.unlink(missing_ok=True)
    with progress.step("start user_db, Discord and AWS"):
        services.start(user_db.service(instance), _discord(instance), aws.service(instance))


def write_endpoints(instance: Instance, stack: Stack, web: str | None, *, control: str | None = None) -> str:
    """Tell tests, race-day and people where everything is, and answer the address of the API.

    `control` is the address under which tests stop and start services, if they may.
    """
    api = aws.api_url(instance, stack.outputs["ApiId"])
    endpoints = {
        "api": api,
        "web": web,
        "discord": instance.discord_url,
        "user_db": instance.user_db_url,
        "aws": instance.aws_url,
        "stack": aws.STACK,
        "resources": stack.resources,
        "function_log": str(instance.logs / "functions.log"),
        "control": control,
    }
    instance.endpoints.write_text(json.dumps(endpoints, indent=2) + "\n")
    return api


def write_function_environment(instance: Instance, stack: Stack) -> None:
    """Let functions that run outside the stack, as in `cargo lambda watch`, use its stores."""
    variables = {**stack.environment, **aws.environment(instance)}
    lines = [f"{name}={value}\n" for name, value in sorted(variables.items()) if value]
    instance.function_environment.write_text("".join(lines))


def _discord(instance: Instance) -> Service:
    directory = instance.directory / "discord"
    directory.mkdir(parents=True, exist_ok=True)
    port = instance.discord.number
    command: list[str | Path] = [sys.executable, "-m", "local.discord", "--port", str(port)]
    return Service(
        name="Discord (stand-in)",
        command=[*command, "--inbox", directory / "inbox.jsonl"],
        log=instance.logs / "discord.log",
        ready=lambda: listens(port),
    )


def listens(port: int) -> bool:
    """Whether somebody takes connections at a port of this machine."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True
