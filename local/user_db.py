"""The local user_db: a private MariaDB with its own data folder."""

import os
import socket
from pathlib import Path

from . import tools
from .instance import ROOT, Instance
from .processes import Service, require

NAME = "user_db (MariaDB)"

# MySQL's own defaults, so that what production refuses is refused here too.
_SQL_MODE = (
    "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,"
    "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"
)
# Carried out at each start, before anybody can connect; one statement on each line. The master, with a password such as
# RDS generates, is for the tests of what it does in the cloud.
_SETUP = """\
CREATE DATABASE IF NOT EXISTS user_db;
CREATE USER IF NOT EXISTS 'mrmrthon'@'%' IDENTIFIED BY 'mrmrthon';
GRANT ALL ON user_db.* TO 'mrmrthon'@'%';
CREATE USER IF NOT EXISTS 'master'@'%' IDENTIFIED BY 'it''s/a%secret';
GRANT ALL ON *.* TO 'master'@'%' WITH GRANT OPTION;
"""


def service(instance: Instance) -> Service:
    """MariaDB for this instance; a new data folder is laid out first."""
    directory = instance.directory / "user_db"
    data = directory / "data"
    if not (data / "mysql").is_dir():
        _lay_out(data)
    setup = directory / "setup.sql"
    setup.write_text(_SETUP)
    return Service(
        name=NAME,
        command=[
            tools.mariadb("mariadbd"),
            "--no-defaults",
            *_as_root(),
            f"--datadir={data}",
            "--bind-address=127.0.0.1",
            f"--port={instance.user_db.number}",
            # Relative to the data folder: an absolute path may be longer than a socket's name can be.
            "--socket=mariadb.sock",
            f"--init-file={setup}",
            "--character-set-server=utf8mb4",
            "--collation-server=utf8mb4_unicode_ci",
            "--default-time-zone=+00:00",
            f"--sql-mode={_SQL_MODE}",
            "--skip-name-resolve",
            "--max-connections=1000",
            # As MySQL has it: MariaDB's own mode lets one INSERT ... SELECT wait for the other.
            "--innodb-autoinc-lock-mode=2",
            # A crash of the whole machine may cost the last second, which is no loss here, and a commit costs no fsync.
            "--innodb-flush-log-at-trx-commit=2",
        ],
        log=instance.logs / "user_db.log",
        ready=lambda: _greets(instance.user_db.number),
    )


def apply_migrations(instance: Instance) -> None:
    """Apply every migration to a user_db that has none yet."""
    for file in sorted((ROOT / "migrations").glob("*.sql")):
        require(
            [
                *(tools.mariadb("mariadb"), "--no-defaults", "--host=127.0.0.1", f"--port={instance.user_db.number}"),
                *("--user=mrmrthon", "--password=mrmrthon", "--execute", f"source {file}", "user_db"),
            ],
            f"{file.name} does not apply: MariaDB's own words are above",
        )


def _lay_out(data: Path) -> None:
    data.mkdir(parents=True, exist_ok=True)
    require(
        [
            tools.mariadb("mariadb-install-db"),
            "--no-defaults",
            *_as_root(),
            f"--datadir={data}",
            "--skip-test-db",
            "--auth-root-authentication-method=normal",
        ],
        "MariaDB could not lay out its data folder: its own words are above",
    )


def _as_root() -> list[str]:
    """MariaDB runs as root only when told to, which containers need."""
    return ["--user=root"] if os.geteuid() == 0 else []


def _greets(port: int) -> bool:
    """Whether MariaDB sends the greeting that it sends each client; it listens a little before it can."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            greeting = connection.recv(5)
    except OSError:
        return False
    return len(greeting) == 5 and greeting[4] == 10
