"""`make nightly`: the laws of the pipeline, held against far more histories than `make test` has time for."""

import json
import os

from . import aws, build, cloud, tools, user_db
from .instance import Instance
from .problem import Problem
from .processes import Services, require, run
from .progress import Progress

_HISTORIES = "10000"


def nightly() -> None:
    """Start user_db, and compare its ledgers with the model; PROPTEST_CASES sets another number of histories."""
    instance = Instance.for_tests()
    progress = Progress()
    with instance.held(), Services() as services:
        cloud.check_ports(instance)
        tools.check_prerequisites()
        command = ["cargo", "test", "--locked", "--package", "end-to-end", "--test", "stack"]
        with progress.step("build the tests") as step:
            require(
                [*command, "--no-run"],
                "the build failed: cargo's own words are above",
                environment=build.OFFLINE,
                on_line=lambda line: setattr(step, "detail", line.strip()),
            )
        instance.erase()
        with progress.step("start user_db"):
            services.start(user_db.service(instance))
        with progress.step("apply the migrations"):
            user_db.apply_migrations(instance)
        _write_endpoints(instance)
        histories = os.environ.get("PROPTEST_CASES", _HISTORIES)
        with progress.step(f"tell {histories} histories", streams=True):
            outcome = run(
                [*command, "--", "history::", "--nocapture"],
                environment={
                    **build.OFFLINE,
                    "MRMRTHON_ENDPOINTS": str(instance.endpoints),
                    "PROPTEST_CASES": histories,
                },
                on_line=lambda line: print(line, flush=True),
            )
            if not outcome.ok:
                raise Problem("a law does not hold: the shortest history found is above, with the seed that repeats it")
        services.check()


def _write_endpoints(instance: Instance) -> None:
    """Tell the tests where user_db is, which is all that these need."""
    absent = {"api": "", "discord": "", "aws": "", "stack": aws.STACK, "resources": {}}
    instance.endpoints.write_text(json.dumps({**absent, "user_db": instance.user_db_url}))
