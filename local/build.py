"""Build the Rust binaries."""

import os
from pathlib import Path

from . import tools
from .instance import ROOT
from .processes import run
from .progress import Step

# sqlx checks queries against .sqlx/, so building needs no database.
OFFLINE = {"SQLX_OFFLINE": "true"}
# Packages that only test or measure, with dependencies that a first `make run` should not wait for.
_TEST_PACKAGES = ("contract", "end-to-end")


def build(step: Step, *, release: bool = False) -> None:
    """Build the functions and race-day for development, or the functions and bench for release."""
    excluded = (*_TEST_PACKAGES, "race-day" if release else "bench")
    outcome = run(
        [
            *("cargo", "build", "--locked", "--bins", "--workspace"),
            *(f"--exclude={package}" for package in excluded),
            *(["--release"] if release else []),
        ],
        environment=OFFLINE,
        on_line=step.show,
    )
    if not outcome.ok:
        raise tools.explain(outcome, "the build failed: see the output of cargo above")


def binary(name: str, *, release: bool = False) -> Path:
    """Path of a binary."""
    target = Path(os.environ.get("CARGO_TARGET_DIR", "target"))
    return ROOT / target / ("release" if release else "debug") / name
