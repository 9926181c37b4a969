"""`make run`: the whole application on this machine, until Ctrl-C."""

import json
import shlex
from pathlib import Path

from . import aws, build, cloud, tools, website
from .deploy import Stack, deploy
from .instance import ROOT, Instance
from .processes import Services, in_parallel, require
from .progress import Progress

_RUNNERS = 20


def run() -> None:
    """Set up what is missing, start, deploy, play a demo race once, and stay."""
    instance = Instance.for_people()
    progress = Progress()
    with instance.held(), Services() as services:
        cloud.check_ports(instance)
        cloud.check_unmoved(instance)
        tools.check_prerequisites()
        has_site = website.can_be_had()
        _set_up(progress, with_site=has_site)
        cloud.start(instance, services, progress)
        stack = deploy(instance, progress)
        web = website.upload(instance, stack, progress) if has_site else None
        api = cloud.write_endpoints(instance, stack, web)
        cloud.write_function_environment(instance, stack)
        try:
            accounts = _play_demo(instance, stack, api, progress)
            print(_welcome(instance, api, web, accounts), flush=True)
            services.watch()
        except KeyboardInterrupt:
            print("\nStopping; what it holds stays until `make clean`.", flush=True)
        finally:
            instance.endpoints.unlink(missing_ok=True)


def _set_up(progress: Progress, *, with_site: bool) -> None:
    """Install the tools and compile, side by side: one waits for the network, the other for the processor."""

    def install() -> None:
        with progress.step("install the tools") as step:
            tools.install(step)
        if with_site:
            with progress.step("build the site") as step:
                website.build(step)

    def compile_all() -> None:
        with progress.step("build the functions") as step:
            build.build(step)

    in_parallel(install, compile_all)


def _play_demo(instance: Instance, stack: Stack, api: str, progress: Progress) -> dict[str, dict[str, str]]:
    """Have race-day play a small race, once for each stack, and answer the accounts it made for people to try."""
    record = instance.directory / "demo.json"
    if record.exists():
        demo = json.loads(record.read_text())
        if demo["stack"] == stack.id:
            accounts: dict[str, dict[str, str]] = demo["accounts"]
            return accounts
    file = instance.directory / "accounts.json"
    with progress.step(f"play a demo race of {_RUNNERS} runners"):
        require(
            [
                *(build.binary("race-day"), "--api", api, "--demo"),
                *("--runners", str(_RUNNERS), "--accounts", file),
            ],
            "the demo race failed: the words of race-day are above",
            environment=aws.environment(instance),
        )
    accounts = json.loads(file.read_text())
    record.write_text(json.dumps({"stack": stack.id, "accounts": accounts}))
    file.unlink()
    return accounts


def _welcome(instance: Instance, api: str, web: str | None, accounts: dict[str, dict[str, str]]) -> str:
    """Where everything is and what to try first."""
    runner = accounts["runner"]
    login = shlex.quote(json.dumps({"login_id": runner["login_id"], "password": runner["password"]}))
    people = "\n".join(
        f"  {role:<10} {account['login_id']}  password {account['password']}" for role, account in accounts.items()
    )
    return f"""
mrmrthon is ready. Ctrl-C stops it.

  site       {f"{web}/" if web else website.WITHOUT_NODE}
  API        {api}
  Discord    {instance.discord_url}
  user_db    {instance.user_db_url}
  AWS        {instance.aws_url}
  logs       {_shown(instance.logs)}/functions.log and its neighbours

Demo accounts
{people}

Try
  curl -s {api}/points
  curl -s {api}/marathons
  curl -s {api}/users/login -H 'content-type: application/json' -d {login}
"""


def _shown(path: Path) -> Path:
    """A path as a person in the root folder would write it."""
    return path.relative_to(ROOT)
