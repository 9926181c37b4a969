"""Install the pinned tools: Python packages, npm packages, MariaDB, Chromium and cargo-deny.

A stamp file beside each says what it was installed from; nothing is installed again while that is unchanged.
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

from .errors import UserError
from .instance import ROOT, STATE
from .processes import Outcome, run, run_or_fail
from .progress import Step

_TOOLS = STATE / "tools"
_CARGO_DENY_VERSION = "0.20.2"
# Not `mariadb-server`, which would also start a system-wide server.
_MARIADB_PACKAGES = ("mariadb-server-core", "mariadb-client-core")
_MARIADB_PROGRAMS = ("mariadbd", "mariadb", "mariadb-install-db", "my_print_defaults")
_MARIADB_HINT = (
    f"install it (Debian and Ubuntu: `sudo apt-get install {' '.join(_MARIADB_PACKAGES)}`, "
    "macOS: `brew install mariadb`), then try again"
)
# With a Korean font, so that screenshots show text instead of boxes.
_CHROMIUM_PACKAGES = ("chromium", "fonts-noto-cjk")
_CHROMIUM_HINT = (
    f"install it (Debian: `sudo apt-get install {' '.join(_CHROMIUM_PACKAGES)}`) or name an installed Chrome, "
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
    """A virtual environment with the packages of a requirements.txt, whose dependencies a constraints.txt pins."""

    path: Path
    requirements: Path
    constraints: Path

    def program(self, name: str) -> Path:
        """Path of one of its programs."""
        return self.path / "bin" / name

    def is_current(self) -> bool:
        """Whether it was created from the current requirements."""
        return self._stamp_file.exists() and self._stamp_file.read_text() == self._stamp()

    def install(self, step: Step) -> bool:
        """Recreate it unless it is current. Returns whether it did."""
        if self.is_current():
            return False
        shutil.rmtree(self.path, ignore_errors=True)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        step.detail = "virtual environment"
        run_or_fail(
            [sys.executable, "-m", "venv", self.path],
            "the virtual environment could not be created: see the error above",
        )
        outcome = run(
            [
                *(self.program("python"), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"),
                *("--retries", "2", "--requirement", self.requirements, "--constraint", self.constraints),
            ],
            on_line=step.show,
        )
        if not outcome.ok:
            raise explain(outcome, "the Python tools could not be installed: see the output of pip above")
        self._stamp_file.write_text(self._stamp())
        return True

    @property
    def _stamp_file(self) -> Path:
        return self.path / "stamp"

    def _stamp(self) -> str:
        """A hash of the requirements, the interpreter, and the path, because virtual environments cannot be moved."""
        digest = hashlib.sha256(f"{sys.version}\n{self.path}\n".encode())
        for file in (self.requirements, self.constraints):
            digest.update(file.read_bytes())
        return digest.hexdigest()


_LOCAL = ROOT / "local"
_PYTHON = _Environment(_TOOLS / "python", _LOCAL / "requirements.txt", _LOCAL / "constraints.txt")
# An environment of its own, because it needs another botocore than MiniStack.
_CHECKOV = _Environment(
    _TOOLS / "checkov", _LOCAL / "checkov" / "requirements.txt", _LOCAL / "checkov" / "constraints.txt"
)
# An environment of its own, because the SAM CLI needs an older version.
_CFN_LINT = _Environment(
    _TOOLS / "cfn-lint", _LOCAL / "cfn-lint" / "requirements.txt", _LOCAL / "cfn-lint" / "constraints.txt"
)
# The same as deploy/install-tools.sh installs.
_DEPLOY = _Environment(_TOOLS / "deploy", ROOT / "deploy" / "requirements.txt", _LOCAL / "constraints.txt")

PYTHON = _PYTHON.program("python")
SAM = _PYTHON.program("sam")
CFN_LINT = _CFN_LINT.program("cfn-lint")
RUFF = _PYTHON.program("ruff")
SHELLCHECK = _PYTHON.program("shellcheck")
SCHEMATHESIS = _PYTHON.program("schemathesis")
CHECKOV = _CHECKOV.program("checkov")
CARGO_LAMBDA = _DEPLOY.program("cargo-lambda")
CARGO_DENY = _TOOLS / "cargo-deny" / "bin" / "cargo-deny"


def check_prerequisites() -> None:
    """Fail when something is missing that this program cannot install."""
    if shutil.which("cargo") is None:
        raise UserError("cargo is missing: install the Rust toolchain (https://rustup.rs), then try again")
    if shutil.which("cc") is None:
        raise UserError("a C compiler is missing: install it (Debian, Ubuntu: `sudo apt-get install gcc libc6-dev`)")
    if importlib.util.find_spec("ensurepip") is None and not _PYTHON.is_current():
        raise UserError("Python's venv is missing: install it (Debian, Ubuntu: `sudo apt-get install python3-venv`)")


def install(step: Step) -> None:
    """Install the Python tools and MariaDB."""
    changes = [_PYTHON.install(step), _install_mariadb(step)]
    if not any(changes):
        step.result = "unchanged"


def install_python(step: Step) -> None:
    """Install the Python tools."""
    if not _PYTHON.install(step):
        step.result = "unchanged"


def install_cfn_lint(step: Step) -> None:
    """Install cfn-lint."""
    if not _CFN_LINT.install(step):
        step.result = "unchanged"


def install_checkov(step: Step) -> None:
    """Install checkov."""
    if not _CHECKOV.install(step):
        step.result = "unchanged"


def install_cargo_lambda(step: Step) -> None:
    """Install cargo-lambda, in the version that builds for AWS."""
    if not _DEPLOY.install(step):
        step.result = "unchanged"


def install_browser(step: Step) -> None:
    """Install Chromium, unless there is a Chrome or Chromium."""
    names = ("chromium", "chromium-browser", "google-chrome")
    if os.environ.get("CHROMIUM") or any(_find(name) for name in names):
        step.result = "unchanged"
        return
    _apt_install(step, "the browser tests need Chromium", _CHROMIUM_PACKAGES, _CHROMIUM_HINT)


def install_cargo_deny(step: Step) -> None:
    """Build cargo-deny, unless the pinned version is installed."""
    wanted = f"cargo-deny {_CARGO_DENY_VERSION}"
    if CARGO_DENY.exists() and run([CARGO_DENY, "--version"]).output.strip() == wanted:
        step.result = "unchanged"
        return
    outcome = run(
        [
            *("cargo", "install", "cargo-deny", "--version", f"={_CARGO_DENY_VERSION}", "--locked", "--force"),
            # A debug build compiles faster.
            *("--debug", "--config", "profile.dev.debug=false"),
            *("--root", CARGO_DENY.parent.parent, "--target-dir", _TOOLS / "cargo-deny-build"),
        ],
        on_line=step.show,
    )
    shutil.rmtree(_TOOLS / "cargo-deny-build", ignore_errors=True)
    if not outcome.ok:
        raise explain(outcome, "cargo-deny could not be built: see the output of cargo above")


def install_npm(step: Step, folder: str) -> None:
    """Install the npm packages of a folder."""
    files = [ROOT / folder / name for name in ("package.json", "package-lock.json", ".npmrc")]
    stamp = hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()
    stamp_file = _TOOLS / f"{folder.lstrip('.')}-stamp"
    is_there = (ROOT / folder / "node_modules").is_dir() and stamp_file.exists()
    if is_there and stamp_file.read_text() == stamp:
        step.result = "unchanged"
        return
    if shutil.which("npm") is None:
        raise UserError("npm is missing: install Node.js 20.19 or newer (https://nodejs.org), then try again")
    outcome = run(
        ["npm", "ci", "--prefix", folder, "--no-audit", "--no-fund"],
        on_line=step.show,
    )
    if not outcome.ok:
        raise explain(outcome, f"the npm packages of {folder}/ could not be installed: see the output of npm above")
    _TOOLS.mkdir(parents=True, exist_ok=True)
    stamp_file.write_text(stamp)


def mariadb(program: str) -> Path:
    """Path of one of MariaDB's programs."""
    found = _find(program)
    if found is None:
        raise UserError(f"user_db needs MariaDB, and {program} is missing: {_MARIADB_HINT}")
    return Path(found)


def explain(outcome: Outcome, message: str) -> UserError:
    """The error of a failed command that downloads something. A missing network has a message of its own."""
    if _OFFLINE.search(outcome.output):
        return UserError("no network: a download is still needed; connect, then try again")
    return UserError(message, outcome.output)


def _install_mariadb(step: Step) -> bool:
    if all(_find(program) for program in _MARIADB_PROGRAMS):
        return False
    _apt_install(step, "user_db needs MariaDB", _MARIADB_PACKAGES, _MARIADB_HINT)
    return True


def _apt_install(step: Step, need: str, packages: Sequence[str], hint: str) -> None:
    """Install system packages. `hint` tells the user how to do it by hand."""
    apt = shutil.which("apt-get")
    if apt is None:
        raise UserError(f"{need}: {hint}")
    sudo = _sudo()
    if sudo is None:
        raise UserError(f"{need}, and this user cannot install packages: {hint}")
    step.detail = packages[0]
    install = [*sudo, apt, "install", "--yes", "--no-install-recommends", *packages]
    noninteractive = {"DEBIAN_FRONTEND": "noninteractive"}
    outcome = run(install, environment=noninteractive)
    if not outcome.ok:
        # The package lists may be missing, as in containers, or outdated.
        run([*sudo, apt, "update"], environment=noninteractive)
        outcome = run(install, environment=noninteractive)
    if not outcome.ok:
        raise explain(outcome, f"{need}, and apt-get could not install it: {hint}")


def _sudo() -> list[str] | None:
    """A command prefix that runs a command as root without a password, if there is one."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    return [sudo, "-n"] if sudo and run([sudo, "-n", "true"]).ok else None


def _find(name: str) -> str | None:
    """Find a program. Servers are in folders that may not be on the PATH."""
    folders = [os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"]
    return shutil.which(name, path=os.pathsep.join(folders))
