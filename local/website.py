"""The site: its files, which Node.js makes, and their way into the stack."""

import re
import shutil
from pathlib import Path

from . import aws, tools
from .deploy import Stack
from .instance import ROOT, Instance
from .processes import require, run
from .progress import Progress, Step

_DOCS = ROOT / "docs"
_FILES = _DOCS / "dist"
_SOURCES = (
    ROOT / "openapi.yaml",
    *(_DOCS / name for name in ("build.mjs", "home.html", "package.json", "package-lock.json", "redocly.yaml")),
)
_NODE = (20, 19)

WITHOUT_NODE = f"left out, for want of Node.js {'.'.join(map(str, _NODE))} or newer"


def can_be_had() -> bool:
    """Whether there is a Node.js, which makes the pages and runs the distribution's function."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        return False
    version = re.match(r"v(\d+)\.(\d+)\.", run(["node", "--version"]).output)
    return version is not None and (int(version[1]), int(version[2])) >= _NODE


def build(step: Step) -> None:
    """Make the files of the site, unless what they are made of is older than they are."""
    if _is_current():
        step.result = "unchanged"
        return
    tools.install_npm(step, "docs")
    step.result = ""
    require(["npm", "run", "build", "--prefix", _DOCS], "the site's pages could not be made: the reason is above")


def upload(instance: Instance, stack: Stack, progress: Progress) -> str:
    """Bring the files to the site's bucket, and answer the address of the site."""
    with progress.step("upload the site"):
        require(
            [tools.PYTHON, "-m", "local.stack", "upload", _FILES, stack.outputs["SiteBucket"]],
            "the site could not be uploaded: the reason is above",
            environment=aws.environment(instance),
        )
    return stack.outputs["SiteUrl"]


def _is_current() -> bool:
    made = [file for file in _FILES.rglob("*") if file.is_file()]
    return bool(made) and min(map(_changed_at, made)) > max(map(_changed_at, _SOURCES))


def _changed_at(file: Path) -> int:
    return file.stat().st_mtime_ns
