"""`make nightly`: check the pipeline's invariants with many more histories than `make test`."""

import os

from . import build, endpoints, startup, tools, user_db
from .errors import UserError
from .instance import Instance
from .processes import Services, print_line, run, run_or_fail
from .progress import Progress

_HISTORIES = "10000"


def nightly() -> None:
    """Compare the ledgers in user_db with the model. PROPTEST_CASES sets the number of histories."""
    instance = Instance.for_test()
    progress = Progress()
    with instance.lock(), Services() as services:
        startup.check_ports(instance)
        tools.check_prerequisites()
        command = ["cargo", "test", "--locked", "--package", "end-to-end", "--test", "stack"]
        with progress.step("build the tests") as step:
            run_or_fail(
                [*command, "--no-run"],
                "the build failed: see the output of cargo above",
                environment=build.OFFLINE,
                on_line=step.show,
            )
        instance.erase()
        with progress.step("start user_db"):
            services.start(user_db.service(instance))
        with progress.step("apply the migrations"):
            user_db.apply_migrations(instance)
        endpoints.write_user_db_only(instance)
        histories = os.environ.get("PROPTEST_CASES", _HISTORIES)
        with progress.step(f"check {histories} histories", streams=True):
            outcome = run(
                [*command, "--", "pipeline_model::", "--nocapture"],
                environment={
                    **build.OFFLINE,
                    "MRMRTHON_ENDPOINTS": str(instance.endpoints),
                    "PROPTEST_CASES": histories,
                },
                on_line=print_line,
            )
            if not outcome.ok:
                raise UserError("an invariant is violated: see the shortest history and its seed above")
        services.check()
