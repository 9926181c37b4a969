"""Compile everything the local cloud runs."""

import os
from pathlib import Path

from . import tools
from .instance import ROOT
from .processes import run
from .progress import Step

# Queries are checked against .sqlx/, so that building needs no database.
OFFLINE = {"SQLX_OFFLINE": "true"}


def build(step: Step, *, release: bool = False) -> None:
    """Build the functions and race-day as cargo does in development, or the functions and bench for release."""
    release_packages = ["--release", "--workspace", "--exclude", "race-day"] if release else []
    outcome = run(
        ["cargo", "build", "--locked", "--bins", *release_packages],
        environment=OFFLINE,
        on_line=lambda line: setattr(step, "detail", line.strip()),
    )
    if not outcome.ok:
        raise tools.explain(outcome, "the build failed: cargo's own words are above")


def binary(name: str, *, release: bool = False) -> Path:
    """Where cargo put a binary."""
    target = Path(os.environ.get("CARGO_TARGET_DIR", "target"))
    return ROOT / target / ("release" if release else "debug") / name
