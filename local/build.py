"""Compile everything the local cloud runs."""

import os
from pathlib import Path

from . import tools
from .instance import ROOT
from .processes import run
from .progress import Step

# Queries are checked against .sqlx/, so that building needs no database.
OFFLINE = {"SQLX_OFFLINE": "true"}


def build(step: Step) -> None:
    """Build the functions and race-day as cargo does in development."""
    outcome = run(
        ["cargo", "build", "--locked", "--bins"],
        environment=OFFLINE,
        on_line=lambda line: setattr(step, "detail", line.strip()),
    )
    if not outcome.ok:
        raise tools.explain(outcome, "the build failed: cargo's own words are above")


def binary(name: str) -> Path:
    """Where cargo put a binary."""
    target = Path(os.environ.get("CARGO_TARGET_DIR", "target"))
    return ROOT / target / "debug" / name
