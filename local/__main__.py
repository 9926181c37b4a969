"""The verbs of the Makefile: `python3 -m local run`."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - whoever has an older one should read this line, not a syntax error
    sys.exit("Python 3.11 or newer is needed: install one, or name it, as in `make run PYTHON=python3.12`")

import argparse
import shutil
import signal
from collections.abc import Callable

from . import aws, bench, checks, events, nightly, queries
from .instance import ROOT, STATE, Instance
from .problem import Problem
from .redrive import redrive
from .run import run


def clean() -> None:
    """Forget what the instances hold; the downloaded tools stay."""
    for instance in (Instance.for_people(), Instance.for_tests()):
        with instance.held():
            instance.erase()
        shutil.rmtree(instance.directory, ignore_errors=True)


def distclean() -> None:
    """Forget everything that was downloaded, built or kept."""
    clean()
    shutil.rmtree(STATE, ignore_errors=True)
    for folder in ("docs", "web", ".github"):
        shutil.rmtree(ROOT / folder / "node_modules", ignore_errors=True)
    for made in ("target", "docs/dist", "web/dist", ".aws-sam"):
        shutil.rmtree(ROOT / made, ignore_errors=True)


VERBS: dict[str, Callable[[], None]] = {
    "run": run,
    "test": checks.test,
    "events": events.events,
    "redrive": redrive,
    "advisories": checks.advisories,
    "nightly": nightly.nightly,
    "sqlx": queries.regenerate,
    "bench": bench.bench,
    "clean": clean,
    "distclean": distclean,
}


def main() -> int:
    """Carry out one verb; a problem is one line on standard error."""
    parser = argparse.ArgumentParser(prog="python3 -m local", description=__doc__)
    parser.add_argument("verb", choices=VERBS)
    verb = VERBS[parser.parse_args().verb]
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    aws.forget_account()
    try:
        verb()
    except Problem as problem:
        if problem.details:
            print(problem.details, file=sys.stderr)
        print(f"mrmrthon: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("mrmrthon: stopped", file=sys.stderr)
        return 130
    return 0


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
