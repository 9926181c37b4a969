"""`make run`: the whole application on this machine, until Ctrl-C."""

import json
import shlex

from . import aws, build, endpoints, startup, tools, website
from .deploy import Stack, deploy
from .instance import ROOT, Instance
from .processes import Services, in_parallel, run_or_fail
from .progress import Progress

_RUNNERS = 20


def run() -> None:
    """Install and build what is missing, start, deploy, play a demo race once, and run until stopped."""
    instance = Instance.for_run()
    progress = Progress()
    with instance.lock(), Services() as services:
        startup.check_ports(instance)
        startup.check_same_port(instance)
        tools.check_prerequisites()
        has_site = website.has_node()
        _set_up(progress, with_site=has_site)
        startup.start(instance, services, progress)
        stack = deploy(instance, progress)
        web = website.upload(instance, stack, progress) if has_site else None
        api = endpoints.write(instance, stack, web)
        endpoints.write_function_environment(instance, stack)
        try:
            accounts = _play_demo(instance, stack, api, progress)
            print(_welcome(instance, api, web, accounts), flush=True)
            services.wait()
        except KeyboardInterrupt:
            print("\nStopping. The data stays until `make clean`.", flush=True)
        finally:
            instance.endpoints.unlink(missing_ok=True)


def _set_up(progress: Progress, *, with_site: bool) -> None:
    """Install the tools and compile in parallel: one is bound by the network, the other by the processor."""

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
    """Play a small race with race-day, once per stack, and return the demo accounts that it created."""
    played = instance.directory / "demo.json"
    if played.exists():
        demo = json.loads(played.read_text())
        if demo["stack"] == stack.id:
            accounts: dict[str, dict[str, str]] = demo["accounts"]
            return accounts
    file = instance.directory / "accounts.json"
    with progress.step(f"play a demo race of {_RUNNERS} runners"):
        run_or_fail(
            [
                *(build.binary("race-day"), "--api", api, "--demo"),
                *("--runners", str(_RUNNERS), "--accounts", file),
            ],
            "the demo race failed: see the output of race-day above",
            environment=aws.environment(instance),
        )
    accounts = json.loads(file.read_text())
    played.write_text(json.dumps({"stack": stack.id, "accounts": accounts}))
    file.unlink()
    return accounts


def _welcome(instance: Instance, api: str, web: str | None, accounts: dict[str, dict[str, str]]) -> str:
    """The addresses of everything, and commands to try."""
    runner = accounts["runner"]
    login = shlex.quote(json.dumps({"login_id": runner["login_id"], "password": runner["password"]}))
    accounts_text = "\n".join(
        f"  {role:<10} {account['login_id']}  password {account['password']}" for role, account in accounts.items()
    )
    return f"""
mrmrthon is ready. Ctrl-C stops it.

  site       {f"{web}/" if web else website.WITHOUT_NODE}
  API        {api}
  Discord    {instance.discord_url}
  user_db    {instance.user_db_url}
  AWS        {instance.aws_url}
  logs       {instance.function_log.relative_to(ROOT)} and the other files in that folder

Demo accounts
{accounts_text}

Try
  curl -s {api}/points
  curl -s {api}/marathons
  curl -s {api}/users/login -H 'content-type: application/json' -d {login}
"""
