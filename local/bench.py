"""`make bench`: measure the release binaries."""

from pathlib import Path

from . import build, startup, tools, user_db
from .errors import UserError
from .instance import ROOT, Instance
from .processes import Services, print_line, run
from .progress import Progress


def bench() -> None:
    """Measure cold starts of all functions next to a minimal one, and the pipeline stages with the events of a race."""
    instance = Instance.for_test()
    progress = Progress()
    with instance.lock(), Services() as services:
        startup.check_ports(instance)
        tools.check_prerequisites()
        with progress.step("build the functions for release") as step:
            build.build(step, release=True)
        folder = build.binary("bare", release=True).parent
        functions = sorted(source.stem for source in (ROOT / "functions").glob("*/src/bin/*.rs"))
        with progress.step("measure cold starts", streams=True):
            _measure([folder / "cold-start", folder, *functions], "a function did not start: see the output above")
        instance.erase()
        with progress.step("start user_db"):
            services.start(user_db.service(instance))
        with progress.step("apply the migrations"):
            user_db.apply_migrations(instance)
        with progress.step("measure the pipeline", streams=True):
            _measure(
                [folder / "pipeline", folder, instance.user_db_url], "a pipeline stage failed: see the output above"
            )


def _measure(command: list[str | Path], message: str) -> None:
    if not run(command, on_line=print_line).ok:
        raise UserError(message)
