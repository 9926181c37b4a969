"""Check that an instance can start, and start its services."""

import sys

from . import aws, ports, user_db
from .errors import UserError
from .instance import Instance
from .processes import Service, Services
from .progress import Progress


def check_ports(instance: Instance) -> None:
    """Fail when one of the instance's ports is in use."""
    for port in instance.ports:
        ports.check_free(port, f"make {instance.name}")


def check_same_port(instance: Instance) -> None:
    """Fail when the stored data belongs to another port: MiniStack's queue URLs contain the port."""
    stored = instance.directory / "aws" / "port"
    if stored.exists() and stored.read_text() != str(instance.aws.number):
        raise UserError(
            f"the data of `make {instance.name}` was stored with port {stored.read_text()}: "
            f"set {instance.aws.variable}={stored.read_text()}, or delete the data with `make clean`"
        )


def start(instance: Instance, services: Services, progress: Progress) -> None:
    """Start user_db, Discord and AWS, and wait until all are ready."""
    instance.endpoints.unlink(missing_ok=True)
    with progress.step("start user_db, Discord and AWS"):
        services.start(user_db.service(instance), _discord(instance), aws.service(instance))


def _discord(instance: Instance) -> Service:
    directory = instance.directory / "discord"
    directory.mkdir(parents=True, exist_ok=True)
    port = instance.discord.number
    return Service(
        name="Discord (stand-in)",
        command=[
            *(sys.executable, "-m", "local.discord", "--port", str(port)),
            *("--inbox", directory / "inbox.jsonl"),
        ],
        log=instance.logs / "discord.log",
        is_ready=lambda: ports.is_listening(port),
    )
