"""Run commands to their end, and services until they are stopped. No process outlives this one."""

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

from .errors import UserError
from .instance import ROOT

_POLL_SECONDS = 0.05
_COMMAND_STOP_TIMEOUT_SECONDS = 5
_LOG_TAIL_LINES = 15

_commands: set[subprocess.Popen[str]] = set()
_commands_lock = threading.Lock()
_is_stopping = threading.Event()


@dataclass(frozen=True)
class Outcome:
    """Exit code and output of a command."""

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
    """Run a command in the root folder. `on_line` is called with each line of its output."""
    with _commands_lock:
        if _is_stopping.is_set():
            raise UserError("stopped")
        process = subprocess.Popen(
            [str(argument) for argument in command],
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
        _stop_group(process, timeout=_COMMAND_STOP_TIMEOUT_SECONDS)
        raise
    finally:
        with _commands_lock:
            _commands.discard(process)
    return Outcome(code, "".join(lines))


def run_or_fail(
    command: Sequence[str | Path],
    message: str,
    *,
    environment: Mapping[str, str] | None = None,
    on_line: Callable[[str], None] | None = None,
) -> str:
    """Run a command and return its output. If it fails, raise an error with this message and the output."""
    outcome = run(command, environment=environment, on_line=on_line)
    if not outcome.ok:
        raise UserError(message, outcome.output)
    return outcome.output


def print_line(line: str) -> None:
    """An `on_line` that shows the output as it is written."""
    print(line, flush=True)


def in_parallel(*jobs: Callable[[], None]) -> None:
    """Run jobs in threads. When one fails, stop the commands of the others and raise its error."""
    with ThreadPoolExecutor(max_workers=len(jobs)) as pool:
        futures = [pool.submit(job) for job in jobs]
        try:
            done, _ = wait(futures, return_when=FIRST_EXCEPTION)
            for future in done:
                future.result()
        except BaseException:
            stop_commands()
            raise


def stop_commands() -> None:
    """Stop the running commands of all threads, and start no more."""
    with _commands_lock:
        _is_stopping.set()
        running = list(_commands)
    for process in running:
        _stop_group(process, timeout=_COMMAND_STOP_TIMEOUT_SECONDS)


@dataclass
class Service:
    """A process that runs until it is stopped."""

    name: str
    command: Sequence[str | Path]
    log: Path
    is_ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path = ROOT
    start_timeout_seconds: float = 60
    stop_timeout_seconds: float = 60


@dataclass
class _Started:
    """A service, and its process unless it was stopped on purpose."""

    service: Service
    process: subprocess.Popen[bytes] | None

    def stop(self) -> None:
        process, self.process = self.process, None
        if process:
            _stop_group(process, timeout=self.service.stop_timeout_seconds)


class Services:
    """The services of an instance. Leaving the `with` block stops them in reverse order."""

    def __init__(self) -> None:
        """No service runs yet."""
        self._started: list[_Started] = []

    def __enter__(self) -> "Services":
        """Return this object."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop all services, ignoring further signals."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        while self._started:
            self._started.pop().stop()

    def start(self, *services: Service) -> None:
        """Start services and wait until all of them are ready."""
        for service in services:
            self._started.append(_Started(service, _spawn(service)))
        for service in services:
            self._wait_until_ready(service)

    def stop(self, name: str) -> None:
        """Stop one service on purpose, so that `check` ignores it."""
        self._find(name).stop()

    def restart(self, name: str) -> None:
        """Start a service that was stopped on purpose, and wait until it is ready."""
        started = self._find(name)
        if started.process is None:
            started.process = _spawn(started.service)
        self._wait_until_ready(started.service)

    def check(self) -> None:
        """Fail if a service has ended unexpectedly."""
        for started in self._started:
            service, process = started.service, started.process
            if process and process.poll() is not None:
                raise UserError(
                    f"{service.name} ended with code {process.returncode}: see the end of its log above, "
                    f"or all of it in {_relative(service.log)}",
                    _tail(service.log),
                )

    def wait(self) -> None:
        """Block until a service ends unexpectedly."""
        while True:
            self.check()
            time.sleep(0.5)

    def _find(self, name: str) -> _Started:
        return next(started for started in self._started if started.service.name == name)

    def _wait_until_ready(self, service: Service) -> None:
        deadline = time.monotonic() + service.start_timeout_seconds
        while not service.is_ready():
            self.check()
            if time.monotonic() > deadline:
                raise UserError(
                    f"{service.name} was not ready after {service.start_timeout_seconds:.0f} s: see the end of its log "
                    f"above, or all of it in {_relative(service.log)}",
                    _tail(service.log),
                )
            time.sleep(_POLL_SECONDS)


def _spawn(service: Service) -> subprocess.Popen[bytes]:
    service.log.parent.mkdir(parents=True, exist_ok=True)
    with service.log.open("ab") as log:
        return subprocess.Popen(
            [*_parent_death_signal(), *(str(argument) for argument in service.command)],
            cwd=service.folder,
            env={**os.environ, **service.environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _parent_death_signal() -> list[str]:
    """A command prefix that makes Linux stop the service when this process is killed.

    The kernel's "parent" is the thread that started the service: when that thread ends, the service is stopped too.
    """
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []


def _stop_group(process: subprocess.Popen[str] | subprocess.Popen[bytes], *, timeout: float) -> None:
    """Terminate a process, kill it after the timeout, then kill the rest of its process group."""
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=timeout)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-_LOG_TAIL_LINES:])


def _relative(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
