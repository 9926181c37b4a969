"""The checked queries in .sqlx/: what sqlx learnt about each from a real database, so that builds need none."""

import os
import shutil
import tempfile
import time
from pathlib import Path

from . import cloud, tools, user_db
from .instance import ROOT, Instance
from .problem import Problem
from .processes import Services, require
from .progress import Progress

_KEPT = ROOT / ".sqlx"
_SOURCE = ROOT / "shared" / "src" / "lib.rs"


def verify(instance: Instance) -> None:
    """Fail if .sqlx/ is not what the migrated user_db of an instance says about today's queries."""
    with tempfile.TemporaryDirectory() as folder:
        described = Path(folder)
        _describe(instance, described)
        if _contents(described) != _contents(_KEPT):
            raise Problem("the queries or the schema have changed since .sqlx/ was written: run `make sqlx`")


def regenerate() -> None:
    """Write .sqlx/ anew, asking an empty user_db to which every migration is applied."""
    instance = Instance.for_tests()
    progress = Progress()
    with instance.held(), Services() as services, tempfile.TemporaryDirectory() as folder:
        cloud.check_ports(instance)
        tools.check_prerequisites()
        with progress.step("install the tools") as step:
            tools.install(step)
        instance.erase()
        with progress.step("start user_db"):
            services.start(user_db.service(instance))
        with progress.step("apply the migrations"):
            user_db.apply_migrations(instance)
        with progress.step("describe the queries") as step:
            described = Path(folder)
            _describe(instance, described)
            shutil.rmtree(_KEPT, ignore_errors=True)
            shutil.copytree(described, _KEPT)
            step.result = f"{len(_contents(_KEPT))} queries"


def _describe(instance: Instance, folder: Path) -> None:
    """Have the macros ask user_db about each query and write down the answers."""
    # The macros run when the crate is compiled, and it is only when its source looks new. The file gets its own time
    # back, so that nothing else is compiled again.
    before = _SOURCE.stat()
    now = time.time_ns()
    os.utime(_SOURCE, ns=(now, now))
    try:
        require(
            ["cargo", "check", "--locked", "--package", "shared"],
            "the queries do not fit the schema: see above",
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
