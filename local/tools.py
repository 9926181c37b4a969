"""The pinned tools: virtual environments, MariaDB, cargo-deny and those from npm.

Nothing is fetched while its stamp still fits.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .instance import ROOT, STATE
from .problem import Problem
from .processes import Outcome, require, run
from .progress import Step

_TOOLS = STATE / "tools"
_CARGO_DENY_VERSION = "0.20.2"
# Without the packages that would also start a server of the whole machine.
_MARIADB_PACKAGES = ("mariadb-server-core", "mariadb-client-core")
_MARIADB_PROGRAMS = ("mariadbd", "mariadb", "mariadb-install-db", "my_print_defaults")
_MARIADB_HINT = (
    f"install it (Debian and Ubuntu: `sudo apt-get install {' '.join(_MARIADB_PACKAGES)}`, "
    "macOS: `brew install mariadb`), then try again"
)
# With a font for Korean, without which every picture of the site shows boxes.
_CHROMIUM_PACKAGES = ("chromium", "fonts-noto-cjk")
_CHROMIUM_HINT = (
    f"install it (Debian: `sudo apt-get install {' '.join(_CHROMIUM_PACKAGES)}`) or name a Chrome that is installed, "
    "as in `CHROMIUM=/usr/bin/google-chrome`, then try again"
)
_OFFLINE = re.compile(
    r"Temporary failure|Name or service not known|Could not resolve|Network is unreachable"
    r"|No route to host|Connection (timed out|refused)|Failed to establish a new connection|spurious network error"
    r"|failed to (download|fetch)|Unable to fetch",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Environment:
    """A virtual environment with what a requirements.txt asks for, as a constraints.txt pins it."""

    path: Path
    requirements: Path
    constraints: Path

    def program(self, name: str) -> Path:
        """One of its programs."""
        return self.path / "bin" / name

    def is_current(self) -> bool:
        """Whether it holds what is asked for now."""
        return self._stamp_file.exists() and self._stamp_file.read_text() == self._stamp()

    def install(self, step: Step) -> bool:
        """Make it anew unless it is current; whether it was not."""
        if self.is_current():
            return False
        shutil.rmtree(self.path, ignore_errors=True)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        step.detail = "virtual environment"
        require(
            [sys.executable, "-m", "venv", self.path],
            "the virtual environment could not be made: the reason is above",
        )
        outcome = run(
            [
                *(self.program("python"), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"),
                *("--retries", "2", "--requirement", self.requirements, "--constraint", self.constraints),
            ],
            on_line=lambda line: setattr(step, "detail", line.strip()),
        )
        if not outcome.ok:
            raise explain(outcome, "the Python tools could not be installed: pip's own words are above")
        self._stamp_file.write_text(self._stamp())
        return True

    @property
    def _stamp_file(self) -> Path:
        return self.path / "stamp"

    def _stamp(self) -> str:
        """Changes with what is wanted, with the interpreter, and with the place, for environments cannot be moved."""
        digest = hashlib.sha256(f"{sys.version}\n{self.path}\n".encode())
        for file in (self.requirements, self.constraints):
            digest.update(file.read_bytes())
        return digest.hexdigest()


_LOCAL = ROOT / "local"
_PYTHON = _Environment(_TOOLS / "python", _LOCAL / "requirements.txt", _LOCAL / "constraints.txt")
# By itself, for it pins another botocore than MiniStack does.
_CHECKOV = _Environment(
    _TOOLS / "checkov", _LOCAL / "checkov" / "requirements.txt", _LOCAL / "checkov" / "constraints.txt"
)
# As deploy/install-tools.sh installs it.
_DEPLOY = _Environment(_TOOLS / "deploy", ROOT / "deploy" / "requirements.txt", _LOCAL / "constraints.txt")

PYTHON = _PYTHON.program("python")
SAM = _PYTHON.program("sam")
CFN_LINT = _PYTHON.program("cfn-lint")
RUFF = _PYTHON.program("ruff")
SHELLCHECK = _PYTHON.program("shellcheck")
SCHEMATHESIS = _PYTHON.program("schemathesis")
CHECKOV = _CHECKOV.program("checkov")
CARGO_LAMBDA = _DEPLOY.program("cargo-lambda")
CARGO_DENY = _TOOLS / "cargo-deny" / "bin" / "cargo-deny"


def check_prerequisites() -> None:
    """Name the first thing missing that nobody but the person can install."""
    if shutil.which("cargo") is None:
        raise Problem("cargo is missing: install the Rust toolchain (https://rustup.rs), then try again")
    if shutil.which("cc") is None:
        raise Problem("a C compiler is missing: install one (Debian and Ubuntu: `sudo apt-get install gcc libc6-dev`)")
    if importlib.util.find_spec("ensurepip") is None and not _PYTHON.is_current():
        raise Problem("Python's venv is missing: install it (Debian and Ubuntu: `sudo apt-get install python3-venv`)")


def install(step: Step) -> None:
    """Everything that running the stack needs."""
    changes = [_PYTHON.install(step), _install_mariadb(step)]
    if not any(changes):
        step.result = "unchanged"


def install_checkov(step: Step) -> None:
    """The reader of templates who knows what is unsafe."""
    if not _CHECKOV.install(step):
        step.result = "unchanged"


def install_cargo_lambda(step: Step) -> None:
    """What serves functions from their sources, of the version that builds for AWS."""
    if not _DEPLOY.install(step):
        step.result = "unchanged"


def install_browser(step: Step) -> None:
    """The browser in which the site is tested."""
    names = ("chromium", "chromium-browser", "google-chrome")
    if os.environ.get("CHROMIUM") or any(_find(name) for name in names):
        step.result = "unchanged"
        return
    _apt_install(step, "the tests of the site need Chromium", _CHROMIUM_PACKAGES, _CHROMIUM_HINT)


def install_cargo_deny(step: Step) -> None:
    """The licence and duplicate checker, built once."""
    wanted = f"cargo-deny {_CARGO_DENY_VERSION}"
    if CARGO_DENY.exists() and run([CARGO_DENY, "--version"]).output.strip() == wanted:
        step.result = "unchanged"
        return
    outcome = run(
        [
            *("cargo", "install", "cargo-deny", "--version", f"={_CARGO_DENY_VERSION}", "--locked", "--force"),
            # Built to be used a few times, not to be fast.
            *("--debug", "--config", "profile.dev.debug=false"),
            *("--root", CARGO_DENY.parent.parent, "--target-dir", _TOOLS / "cargo-deny-build"),
        ],
        on_line=lambda line: setattr(step, "detail", line.strip()),
    )
    shutil.rmtree(_TOOLS / "cargo-deny-build", ignore_errors=True)
    if not outcome.ok:
        raise explain(outcome, "cargo-deny could not be built: cargo's own words are above")


def install_npm(step: Step, folder: str) -> None:
    """What the package.json of a folder asks for, in its node_modules."""
    files = [ROOT / folder / name for name in ("package.json", "package-lock.json", ".npmrc")]
    stamp = hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()
    stamp_file = _TOOLS / f"{folder.lstrip('.')}-stamp"
    is_there = (ROOT / folder / "node_modules").is_dir() and stamp_file.exists()
    if is_there and stamp_file.read_text() == stamp:
        step.result = "unchanged"
        return
    if shutil.which("npm") is None:
        raise Problem("npm is missing: install Node.js 20.19 or newer (https://nodejs.org), then try again")
    outcome = run(
        ["npm", "ci", "--prefix", folder, "--no-audit", "--no-fund"],
        on_line=lambda line: setattr(step, "detail", line.strip()),
    )
    if not outcome.ok:
        raise explain(outcome, f"the tools of {folder}/ could not be installed: npm's own words are above")
    _TOOLS.mkdir(parents=True, exist_ok=True)
    stamp_file.write_text(stamp)


def mariadb(program: str) -> Path:
    """One of MariaDB's programs."""
    found = _find(program)
    if found is None:
        raise Problem(f"user_db needs MariaDB, and {program} is missing: {_MARIADB_HINT}")
    return Path(found)


def explain(outcome: Outcome, failure: str) -> Problem:
    """The failure of a command that downloads; no network has a line of its own, and nobody has to read the output."""
    if _OFFLINE.search(outcome.output):
        return Problem("no network, and something still has to be downloaded: connect, then try again")
    return Problem(failure, outcome.output)


def _install_mariadb(step: Step) -> bool:
    if all(_find(program) for program in _MARIADB_PROGRAMS):
        return False
    _apt_install(step, "user_db needs MariaDB", _MARIADB_PACKAGES, _MARIADB_HINT)
    return True


def _apt_install(step: Step, need: str, packages: Sequence[str], hint: str) -> None:
    """Install packages of the system; `hint` says how a person does it."""
    apt = shutil.which("apt-get")
    if apt is None:
        raise Problem(f"{need}: {hint}")
    privilege = _privilege()
    if privilege is None:
        raise Problem(f"{need}, and this user may not install packages: {hint}")
    step.detail = packages[0]
    install = [*privilege, apt, "install", "--yes", "--no-install-recommends", *packages]
    noninteractive = {"DEBIAN_FRONTEND": "noninteractive"}
    outcome = run(install, environment=noninteractive)
    if not outcome.ok:
        # The package lists may be missing, as in containers, or too old.
        run([*privilege, apt, "update"], environment=noninteractive)
        outcome = run(install, environment=noninteractive)
    if not outcome.ok:
        raise explain(outcome, f"{need}, and apt-get could not install it: {hint}")


def _privilege() -> list[str] | None:
    """The words that make a command run as root, if that needs no password."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    return [sudo, "-n"] if sudo and run([sudo, "-n", "true"]).ok else None


def _find(name: str) -> str | None:
    """Servers live in folders that are not on everybody's PATH."""
    folders = [os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"]
    return shutil.which(name, path=os.pathsep.join(folders))
