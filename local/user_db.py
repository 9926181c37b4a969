"""The local user_db: a MariaDB with its own data folder and port."""

import os
import socket
from pathlib import Path

from . import tools
from .instance import ROOT, Instance
from .processes import Service, run_or_fail

NAME = "user_db (MariaDB)"

# MySQL's defaults, so that statements which fail in production fail here too.
_SQL_MODE = (
    "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,"
    "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"
)
# Runs at each start, before MariaDB accepts connections; one statement per line. `master` stands for the master user
# of RDS, with a password like those that RDS generates.
_SETUP = """\
CREATE DATABASE IF NOT EXISTS user_db;
CREATE USER IF NOT EXISTS 'mrmrthon'@'%' IDENTIFIED BY 'mrmrthon';
GRANT ALL ON user_db.* TO 'mrmrthon'@'%';
CREATE USER IF NOT EXISTS 'master'@'%' IDENTIFIED BY 'it''s/a%secret';
GRANT ALL ON *.* TO 'master'@'%' WITH GRANT OPTION;
"""


def service(instance: Instance) -> Service:
    """MariaDB for this instance. Creates its data folder first if there is none."""
    directory = instance.directory / "user_db"
    data = directory / "data"
    if not (data / "mysql").is_dir():
        _create_data_folder(data)
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
            # Relative to the data folder: an absolute path may be too long for a socket.
            "--socket=mariadb.sock",
            f"--init-file={setup}",
            "--character-set-server=utf8mb4",
            "--collation-server=utf8mb4_unicode_ci",
            "--default-time-zone=+00:00",
            f"--sql-mode={_SQL_MODE}",
            "--skip-name-resolve",
            "--max-connections=1000",
            # MySQL's default. With MariaDB's default, concurrent INSERT ... SELECT statements wait for each other.
            "--innodb-autoinc-lock-mode=2",
            # No fsync per commit. If the machine crashes, the last second of data is lost, which is acceptable here.
            "--innodb-flush-log-at-trx-commit=2",
        ],
        log=instance.logs / "user_db.log",
        is_ready=lambda: _sends_greeting(instance.user_db.number),
    )


def apply_migrations(instance: Instance) -> None:
    """Apply every migration to an empty user_db."""
    for file in sorted((ROOT / "migrations").glob("*.sql")):
        run_or_fail(
            [
                *(tools.mariadb("mariadb"), "--no-defaults", "--host=127.0.0.1", f"--port={instance.user_db.number}"),
                *("--user=mrmrthon", "--password=mrmrthon", "--execute", f"source {file}", "user_db"),
            ],
            f"{file.name} failed: see the output of MariaDB above",
        )


def _create_data_folder(data: Path) -> None:
    data.mkdir(parents=True, exist_ok=True)
    run_or_fail(
        [
            tools.mariadb("mariadb-install-db"),
            "--no-defaults",
            *_as_root(),
            f"--datadir={data}",
            "--skip-test-db",
            "--auth-root-authentication-method=normal",
        ],
        "MariaDB could not create its data folder: see its output above",
    )


def _as_root() -> list[str]:
    """MariaDB runs as root, as in containers, only with this option."""
    return ["--user=root"] if os.geteuid() == 0 else []


def _sends_greeting(port: int) -> bool:
    """Whether MariaDB answers a connection with its greeting. It listens a little before it can."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            greeting = connection.recv(5)
    except OSError:
        return False
    return len(greeting) == 5 and greeting[4] == 10
