"""Commands that end by themselves, and services that run until they are stopped. Both are always reaped."""

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from .instance import ROOT
from .problem import Problem

_POLL_SECONDS = 0.05
_LOG_TAIL_LINES = 15

_commands: set[subprocess.Popen[str]] = set()
_commands_lock = threading.Lock()
_ending = threading.Event()


@dataclass(frozen=True)
class Outcome:
    """How a command ended, and all that it wrote."""

    code: int
    output: str

    @property
    def ok(self) -> bool:
        """Whether it succeeded."""
        return self.code == 0


def run(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str] | None = None,
    on_line: Callable[[str], None] | None = None,
) -> Outcome:
    """Run a command in the root folder to its end, handing on each line as it is written."""
    with _commands_lock:
        if _ending.is_set():
            raise Problem("stopped")
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        _commands.add(process)
    lines = []
    try:
        for line in process.stdout or ():
            lines.append(line)
            if on_line:
                on_line(line.rstrip())
        code = process.wait()
    except BaseException:
        _end_group(process, patience=5)
        raise
    finally:
        with _commands_lock:
            _commands.discard(process)
    return Outcome(code, "".join(lines))


def require(
    command: Sequence[str | Path],
    failure: str,
    *,
    environment: Mapping[str, str] | None = None,
    on_line: Callable[[str], None] | None = None,
) -> str:
    """Run a command that has to succeed and answer its output; `failure` is the line for the person if it does not."""
    outcome = run(command, environment=environment, on_line=on_line)
    if not outcome.ok:
        raise Problem(failure, outcome.output)
    return outcome.output


def in_parallel(*jobs: Callable[[], None]) -> None:
    """Do several jobs at once. When one fails, the commands of the others are ended and its failure is raised."""
    with ThreadPoolExecutor(max_workers=len(jobs)) as pool:
        futures = [pool.submit(job) for job in jobs]
        try:
            done, _ = wait(futures, return_when=FIRST_EXCEPTION)
            for future in done:
                future.result()
        except BaseException:
            end_commands()
            raise


def end_commands() -> None:
    """End every command that still runs, whichever thread waits for it, and start no more."""
    with _commands_lock:
        _ending.set()
        running = list(_commands)
    for process in running:
        _end_group(process, patience=5)


@dataclass
class Service:
    """A process that should stay up: how to start it and how to tell that it is ready."""

    name: str
    command: Sequence[str | Path]
    log: Path
    ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path = ROOT
    seconds_to_start: float = 60
    seconds_to_stop: float = 60


@dataclass
class _Started:
    """A service that was started, and its process unless it was stopped on purpose."""

    service: Service
    process: subprocess.Popen[bytes] | None

    def stop(self) -> None:
        process, self.process = self.process, None
        if process:
            _end_group(process, patience=self.service.seconds_to_stop)


class Services:
    """The services of an instance. Leaving the `with` block stops them in the opposite order of their start."""

    def __init__(self) -> None:
        """Nothing runs yet."""
        self._started: list[_Started] = []

    def __enter__(self) -> "Services":
        """Start from nothing."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop everything, undisturbed by further signals."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        while self._started:
            self._started.pop().stop()

    def start(self, *services: Service) -> None:
        """Start services and wait until all of them are ready."""
        for service in services:
            self._started.append(_Started(service, _spawn(service)))
        for service in services:
            self._await_ready(service)

    def stop(self, name: str) -> None:
        """Stop one service on purpose, so that `check` does not miss it."""
        self._find(name).stop()

    def start_again(self, name: str) -> None:
        """Start a service that was stopped on purpose, and wait until it is ready."""
        started = self._find(name)
        if started.process is None:
            started.process = _spawn(started.service)
        self._await_ready(started.service)

    def check(self) -> None:
        """Fail if a service has ended by itself."""
        for started in self._started:
            service, process = started.service, started.process
            if process and process.poll() is not None:
                raise Problem(
                    f"{service.name} ended with code {process.returncode}: its last lines are above, all of them in "
                    f"{_relative(service.log)}",
                    _tail(service.log),
                )

    def watch(self) -> None:
        """Stay until a service ends by itself; a signal ends this sooner."""
        while True:
            self.check()
            time.sleep(0.5)

    def _find(self, name: str) -> _Started:
        return next(started for started in self._started if started.service.name == name)

    def _await_ready(self, service: Service) -> None:
        deadline = time.monotonic() + service.seconds_to_start
        while not service.ready():
            self.check()
            if time.monotonic() > deadline:
                raise Problem(
                    f"{service.name} was not ready after {service.seconds_to_start:.0f} s: its last lines are above, "
                    f"all of them in {_relative(service.log)}",
                    _tail(service.log),
                )
            time.sleep(_POLL_SECONDS)


def _spawn(service: Service) -> subprocess.Popen[bytes]:
    service.log.parent.mkdir(parents=True, exist_ok=True)
    with service.log.open("ab") as log:
        return subprocess.Popen(
            [*_dies_with_us(), *(str(word) for word in service.command)],
            cwd=service.folder,
            env={**os.environ, **service.environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _dies_with_us() -> list[str]:
    """Words that have the kernel stop a service should this process be killed outright (where it can).

    To the kernel the one who started it is a thread: a service ends with the thread that started it, too.
    """
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []


def _end_group(process: subprocess.Popen[str] | subprocess.Popen[bytes], *, patience: float) -> None:
    """Ask a process to end, and after a while make it; then end whatever it left behind in its group."""
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=patience)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-_LOG_TAIL_LINES:])


def _relative(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
