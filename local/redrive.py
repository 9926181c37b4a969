"""`make redrive`: move the dead letters of `make run` back to their queues."""

from . import aws, tools
from .errors import UserError
from .instance import Instance
from .processes import print_line, run


def redrive() -> None:
    """Retry all dead letters."""
    instance = Instance.for_run()
    if not instance.endpoints.exists():
        raise UserError("no local cloud is running: start it with `make run`")
    outcome = run(
        [tools.PYTHON, "-m", "local.dead_letters", aws.STACK],
        environment=aws.environment(instance),
        on_line=print_line,
    )
    if not outcome.ok:
        raise UserError("not all dead letters were moved: see the error above")
