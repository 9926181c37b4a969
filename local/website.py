"""The site: its files, which Node.js makes, and their way into the stack."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import aws, tools
from .deploy import Stack
from .instance import ROOT, Instance
from .processes import require, run
from .progress import Progress, Step

_NODE = (20, 19)


@dataclass(frozen=True)
class _Part:
    """A folder that makes a part of the site, in its `dist`, out of openapi.yaml and files of its own."""

    folder: str
    own: tuple[str, ...]

    @property
    def files(self) -> Path:
        return ROOT / self.folder / "dist"

    @property
    def sources(self) -> Iterator[Path]:
        """What it is made of. Folders, too, for they change when a file in them goes away."""
        yield ROOT / "api" / "openapi.yaml"
        for name in self.own:
            path = ROOT / self.folder / name
            yield path
            # What is generated lies among the sources, but is none.
            yield from (each for each in path.rglob("*") if ".gen." not in each.name)

    def is_current(self) -> bool:
        """Whether what it is made of is older than what it made."""
        made = [file for file in self.files.rglob("*") if file.is_file()]
        return bool(made) and min(map(_changed_at, made)) > max(map(_changed_at, self.sources))


_PACKAGE = ("package.json", "package-lock.json")
_DOCS = _Part("docs", ("build.mjs", "redocly.yaml", *_PACKAGE))
_WEB = _Part("web", ("src", "public", "index.html", "size.mjs", "svelte.config.js", "vite.config.ts", *_PACKAGE))
_PARTS = (_DOCS, _WEB)

WITHOUT_NODE = f"left out, for want of Node.js {'.'.join(map(str, _NODE))} or newer"


def can_be_had() -> bool:
    """Whether there is a Node.js, which makes the pages and runs the distribution's function."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        return False
    version = re.match(r"v(\d+)\.(\d+)\.", run(["node", "--version"]).output)
    return version is not None and (int(version[1]), int(version[2])) >= _NODE


def build(step: Step) -> None:
    """Make the files of the site, each part of it unless what it is made of is older than it is."""
    old = [part for part in _PARTS if not part.is_current()]
    for part in old:
        tools.install_npm(step, part.folder)
        require(
            ["npm", "run", "build", "--prefix", ROOT / part.folder],
            f"the part of the site in {part.folder}/ could not be made: the reason is above",
        )
    step.result = "" if old else "unchanged"


def gather(folder: Path) -> None:
    """Bring the parts together: the application, and below it the page of the API at docs/."""
    shutil.copytree(_WEB.files, folder, dirs_exist_ok=True)
    shutil.copytree(_DOCS.files / "docs", folder / "docs", dirs_exist_ok=True)


def upload(instance: Instance, stack: Stack, progress: Progress) -> str:
    """Bring the files to the site's bucket, and answer the address of the site."""
    with progress.step("upload the site"), tempfile.TemporaryDirectory() as folder:
        gather(Path(folder))
        require(
            [tools.PYTHON, "-m", "local.stack", "upload", folder, stack.outputs["SiteBucket"]],
            "the site could not be uploaded: the reason is above",
            environment=aws.environment(instance),
        )
    return stack.outputs["SiteUrl"]


def _changed_at(file: Path) -> int:
    return file.stat().st_mtime_ns
