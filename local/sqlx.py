"""`make sqlx`: sqlx's offline query data in .sqlx/, with which builds check queries without a database."""

import os
import shutil
import tempfile
import time
from pathlib import Path

from . import startup, tools, user_db
from .errors import UserError
from .instance import ROOT, Instance
from .processes import Services, run_or_fail
from .progress import Progress

_STORED = ROOT / ".sqlx"
_SOURCE = ROOT / "shared" / "src" / "lib.rs"


def verify(instance: Instance) -> None:
    """Fail if .sqlx/ does not match the queries and the migrated user_db of an instance."""
    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder)
        _prepare(instance, prepared)
        if _contents(prepared) != _contents(_STORED):
            raise UserError("queries or schema have changed: run `make sqlx`")


def regenerate() -> None:
    """Rewrite .sqlx/ from an empty user_db with every migration applied."""
    instance = Instance.for_test()
    progress = Progress()
    with instance.lock(), Services() as services, tempfile.TemporaryDirectory() as folder:
        startup.check_ports(instance)
        tools.check_prerequisites()
        with progress.step("install the tools") as step:
            tools.install(step)
        instance.erase()
        with progress.step("start user_db"):
            services.start(user_db.service(instance))
        with progress.step("apply the migrations"):
            user_db.apply_migrations(instance)
        with progress.step("check the queries") as step:
            prepared = Path(folder)
            _prepare(instance, prepared)
            shutil.rmtree(_STORED, ignore_errors=True)
            shutil.copytree(prepared, _STORED)
            step.result = f"{len(_contents(_STORED))} queries"


def _prepare(instance: Instance, folder: Path) -> None:
    """Compile the queries against user_db and write the query data to a folder."""
    # The macros run only when the crate is compiled, so its source has to look modified. Its old time is restored
    # afterwards, so that the crate is not compiled once more.
    before = _SOURCE.stat()
    now = time.time_ns()
    os.utime(_SOURCE, ns=(now, now))
    try:
        run_or_fail(
            ["cargo", "check", "--locked", "--package", "shared"],
            "a query does not match the schema: see the output of cargo above",
            environment={
                "SQLX_OFFLINE": "false",
                "SQLX_OFFLINE_DIR": str(folder),
                "DATABASE_URL": instance.user_db_url,
            },
        )
    finally:
        os.utime(_SOURCE, ns=(before.st_atime_ns, before.st_mtime_ns))


def _contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.glob("query-*.json")}
