"""`make redrive`: dead letters back to work, in the instance of `make run`."""

from . import aws, tools
from .instance import Instance
from .problem import Problem
from .processes import run


def redrive() -> None:
    """Have every dead letter tried again."""
    instance = Instance.for_people()
    if not instance.endpoints.exists():
        raise Problem("nothing runs here whose dead letters could be moved: start it with `make run`")
    outcome = run(
        [tools.PYTHON, "-m", "local.dead_letters", aws.STACK],
        environment=aws.environment(instance),
        on_line=lambda line: print(line, flush=True),
    )
    if not outcome.ok:
        raise Problem("not every dead letter went back: the reason is above")
