"""`make bench`: figures of the release binaries."""

from . import build, tools
from .instance import ROOT
from .problem import Problem
from .processes import run
from .progress import Progress


def bench() -> None:
    """Build every function for release, and start each many times next to a bare one."""
    tools.check_prerequisites()
    progress = Progress()
    with progress.step("build the functions for release") as step:
        build.build(step, release=True)
    functions = sorted(source.stem for source in (ROOT / "functions").glob("*/src/bin/*.rs"))
    with progress.step("start each of them many times", streams=True):
        folder = build.binary("bare", release=True).parent
        if not run([folder / "cold-start", folder, *functions], on_line=print).ok:
            raise Problem("a function did not start: the reason is above")
