"""`make bench`: figures of the release binaries."""

from pathlib import Path

from . import build, cloud, tools, user_db
from .instance import ROOT, Instance
from .problem import Problem
from .processes import Services, run
from .progress import Progress


def bench() -> None:
    """Start every function many times next to a bare one, and have the stages of the pipeline handle a whole race."""
    instance = Instance.for_tests()
    progress = Progress()
    with instance.held(), Services() as services:
        cloud.check_ports(instance)
        tools.check_prerequisites()
        with progress.step("build the functions for release") as step:
            build.build(step, release=True)
        folder = build.binary("bare", release=True).parent
        functions = sorted(source.stem for source in (ROOT / "functions").glob("*/src/bin/*.rs"))
        with progress.step("start each of them many times", streams=True):
            _measure([folder / "cold-start", folder, *functions], "a function did not start")
        instance.erase()
        with progress.step("start user_db"):
            services.start(user_db.service(instance))
        with progress.step("apply the migrations"):
            user_db.apply_migrations(instance)
        with progress.step("hand a race to the pipeline", streams=True):
            _measure([folder / "pipeline", folder, instance.user_db_url], "a stage did not do its work")


def _measure(command: list[str | Path], failure: str) -> None:
    if not run(command, on_line=lambda line: print(line, flush=True)).ok:
        raise Problem(f"{failure}: the reason is above")
