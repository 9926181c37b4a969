"""An instance of the local cloud: its folder, its ports and its lock."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from .errors import UserError
from .ports import Port

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".local"


@dataclass(frozen=True)
class Instance:
    """A local cloud with its own data. `make run` and `make test` have one each, which may run at the same time."""

    name: str
    aws: Port
    user_db: Port
    discord: Port
    endpoints: Path

    @classmethod
    def for_run(cls) -> Self:
        """The instance of `make run`."""
        return cls(
            name="run",
            aws=Port.configured("MRMRTHON_PORT", 4566, "the local AWS"),
            user_db=Port.configured("MRMRTHON_USER_DB_PORT", 13306, "user_db"),
            discord=Port.configured("MRMRTHON_DISCORD_PORT", 18080, "the Discord stand-in"),
            endpoints=STATE / "endpoints.json",
        )

    @classmethod
    def for_test(cls) -> Self:
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
        """All data of this instance."""
        return STATE / self.name

    @property
    def logs(self) -> Path:
        """Log files of its processes and functions."""
        return self.directory / "logs"

    @property
    def function_log(self) -> Path:
        """What its functions print."""
        return self.logs / "functions.log"

    @property
    def ports(self) -> tuple[Port, ...]:
        """Every port it listens on."""
        return (self.aws, self.user_db, self.discord)

    @property
    def aws_url(self) -> str:
        """Endpoint URL of its AWS."""
        return f"http://127.0.0.1:{self.aws.number}"

    @property
    def user_db_url(self) -> str:
        """URL of its user_db, with credentials."""
        return f"mysql://mrmrthon:mrmrthon@127.0.0.1:{self.user_db.number}/user_db"

    @property
    def discord_url(self) -> str:
        """URL of its Discord stand-in. A GET answers the received messages."""
        return f"http://127.0.0.1:{self.discord.number}"

    @property
    def function_environment(self) -> Path:
        """The functions' environment variables, for functions that run outside the stack."""
        return self.endpoints.with_name("functions.env")

    def erase(self) -> None:
        """Delete all data. The lock file stays, because it may be locked."""
        self.endpoints.unlink(missing_ok=True)
        self.function_environment.unlink(missing_ok=True)
        if not self.directory.is_dir():
            return
        for entry in self.directory.iterdir():
            if entry == self._lock_file:
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Lock this instance against other processes. The kernel unlocks it when this process dies."""
        self.directory.mkdir(parents=True, exist_ok=True)
        with self._lock_file.open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                raise UserError(
                    f"`make {self.name}` already runs in this folder (process {file.read().strip()}): stop it first"
                ) from None
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield

    @property
    def _lock_file(self) -> Path:
        return self.directory / "lock"
