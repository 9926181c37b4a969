"""Build the site with Node.js and upload it."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import aws, tools
from .deploy import Stack
from .instance import ROOT, Instance
from .processes import run, run_or_fail
from .progress import Progress, Step

_MIN_NODE = (20, 19)


@dataclass(frozen=True)
class _Part:
    """A folder that builds a part of the site, in its `dist`, from openapi.yaml and its own sources."""

    folder: str
    own_sources: tuple[str, ...]

    @property
    def dist(self) -> Path:
        return ROOT / self.folder / "dist"

    @property
    def sources(self) -> Iterator[Path]:
        """Files and folders. A folder's time changes when a file in it is deleted."""
        yield ROOT / "api" / "openapi.yaml"
        for name in self.own_sources:
            path = ROOT / self.folder / name
            yield path
            # Generated files are in the same folders, but are not sources.
            yield from (each for each in path.rglob("*") if ".gen." not in each.name)

    def is_current(self) -> bool:
        """Whether every built file is newer than every source."""
        built = [file for file in self.dist.rglob("*") if file.is_file()]
        return bool(built) and min(map(_modified_at, built)) > max(map(_modified_at, self.sources))


_PACKAGE = ("package.json", "package-lock.json")
_DOCS = _Part("docs", ("build.mjs", "redocly.yaml", *_PACKAGE))
_WEB = _Part("web", ("src", "public", "index.html", "size.mjs", "svelte.config.js", "vite.config.ts", *_PACKAGE))
_PARTS = (_DOCS, _WEB)

WITHOUT_NODE = f"not built: it needs Node.js {'.'.join(map(str, _MIN_NODE))} or newer"


def has_node() -> bool:
    """Whether Node.js is installed, which builds the pages and runs the distribution's function."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        return False
    version = re.match(r"v(\d+)\.(\d+)\.", run(["node", "--version"]).output)
    return version is not None and (int(version[1]), int(version[2])) >= _MIN_NODE


def build(step: Step) -> None:
    """Build the parts of the site that are not current."""
    outdated = [part for part in _PARTS if not part.is_current()]
    for part in outdated:
        tools.install_npm(step, part.folder)
        run_or_fail(
            ["npm", "run", "build", "--prefix", ROOT / part.folder],
            f"the part of the site in {part.folder}/ could not be built: see the output above",
        )
    step.result = "" if outdated else "unchanged"


def gather(folder: Path) -> None:
    """Copy the parts into one folder: the application, and the API documentation below docs/."""
    shutil.copytree(_WEB.dist, folder, dirs_exist_ok=True)
    shutil.copytree(_DOCS.dist / "docs", folder / "docs", dirs_exist_ok=True)


def upload(instance: Instance, stack: Stack, progress: Progress) -> str:
    """Upload the site to its bucket, and return its URL."""
    with progress.step("upload the site"), tempfile.TemporaryDirectory() as folder:
        gather(Path(folder))
        run_or_fail(
            [tools.PYTHON, ROOT / "deploy" / "upload_site.py", folder, stack.outputs["SiteBucket"]],
            "the site could not be uploaded: see the error above",
            environment=aws.environment(instance),
        )
    return stack.outputs["SiteUrl"]


def _modified_at(file: Path) -> int:
    return file.stat().st_mtime_ns
