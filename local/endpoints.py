"""The files that tell tests, race-day and people where an instance's services are."""

import json

from . import aws
from .deploy import Stack
from .instance import Instance


def write(instance: Instance, stack: Stack, web: str | None, *, control: str | None = None) -> str:
    """Write endpoints.json and return the URL of the API.

    `control` is the URL at which tests can stop and start services, if they may.
    """
    api = aws.api_url(instance, stack.outputs["ApiId"])
    endpoints = {
        "api": api,
        "web": web,
        "discord": instance.discord_url,
        "user_db": instance.user_db_url,
        "aws": instance.aws_url,
        "stack": aws.STACK,
        "resources": stack.resources,
        "function_log": str(instance.function_log),
        "control": control,
    }
    instance.endpoints.write_text(json.dumps(endpoints, indent=2) + "\n")
    return api


def write_user_db_only(instance: Instance) -> None:
    """Write endpoints.json for tests that need user_db and nothing else."""
    absent = {"api": "", "discord": "", "aws": "", "stack": aws.STACK, "resources": {}, "function_log": ""}
    instance.endpoints.write_text(json.dumps({**absent, "user_db": instance.user_db_url}))


def write_function_environment(instance: Instance, stack: Stack) -> None:
    """Write the environment with which functions outside the stack, as in `cargo lambda watch`, use its stores."""
    variables = {**stack.environment, **aws.environment(instance)}
    lines = [f"{name}={value}\n" for name, value in sorted(variables.items()) if value]
    instance.function_environment.write_text("".join(lines))
