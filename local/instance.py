"""An instance of the local cloud: its folder, its ports, and who holds it."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from .problem import Problem

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".local"


@dataclass(frozen=True)
class Port:
    """A port on the loopback interface, and the variable that moves it elsewhere."""

    number: int
    variable: str
    purpose: str

    @classmethod
    def configured(cls, variable: str, default: int, purpose: str) -> Self:
        """The port that the environment asks for, or the default."""
        text = os.environ.get(variable, str(default))
        if not text.isdecimal() or not 1024 <= int(text) <= 65535:
            raise Problem(f"{variable}={text} is not a port: give a number from 1024 to 65535")
        return cls(int(text), variable, purpose)


@dataclass(frozen=True)
class Instance:
    """One local cloud with its own data. `run` belongs to people, `test` to the tests, and both may be up at once."""

    name: str
    aws: Port
    user_db: Port
    discord: Port
    endpoints: Path

    @classmethod
    def for_people(cls) -> Self:
        """The instance of `make run`."""
        return cls(
            name="run",
            aws=Port.configured("MRMRTHON_PORT", 4566, "the local AWS"),
            user_db=Port.configured("MRMRTHON_USER_DB_PORT", 13306, "user_db"),
            discord=Port.configured("MRMRTHON_DISCORD_PORT", 18080, "the Discord stand-in"),
            endpoints=STATE / "endpoints.json",
        )

    @classmethod
    def for_tests(cls) -> Self:
        """The instance of `make test`."""
        return cls(
            name="test",
            aws=Port.configured("MRMRTHON_TEST_PORT", 4666, "the local AWS of the tests"),
            user_db=Port.configured("MRMRTHON_TEST_USER_DB_PORT", 13406, "user_db of the tests"),
            discord=Port.configured("MRMRTHON_TEST_DISCORD_PORT", 18180, "the Discord stand-in of the tests"),
            endpoints=STATE / "test" / "endpoints.json",
        )

    @property
    def directory(self) -> Path:
        """Everything this instance keeps."""
        return STATE / self.name

    @property
    def logs(self) -> Path:
        """Where its processes and functions write."""
        return self.directory / "logs"

    @property
    def ports(self) -> tuple[Port, ...]:
        """Every port it listens on."""
        return (self.aws, self.user_db, self.discord)

    @property
    def aws_url(self) -> str:
        """Address of its AWS."""
        return f"http://127.0.0.1:{self.aws.number}"

    @property
    def user_db_url(self) -> str:
        """Address of its user_db, with the credentials in it."""
        return f"mysql://mrmrthon:mrmrthon@127.0.0.1:{self.user_db.number}/user_db"

    @property
    def discord_url(self) -> str:
        """Address of its Discord: a GET answers what was received."""
        return f"http://127.0.0.1:{self.discord.number}"

    @property
    def function_environment(self) -> Path:
        """The environment of its functions, for those that run outside of it."""
        return self.endpoints.with_name("functions.env")

    def erase(self) -> None:
        """Forget everything it kept, but for the lock file, which may be held."""
        self.endpoints.unlink(missing_ok=True)
        self.function_environment.unlink(missing_ok=True)
        if not self.directory.is_dir():
            return
        for entry in self.directory.iterdir():
            if entry == self._lock:
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()

    @property
    def _lock(self) -> Path:
        return self.directory / "lock"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep others away from this instance. The kernel lets go by itself when the holder dies."""
        self.directory.mkdir(parents=True, exist_ok=True)
        with self._lock.open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise Problem(
                    f"`make {self.name}` is already at work here (process {lock.read().strip()}): stop it first"
                ) from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield
