"""Deploy template.yaml and the built functions to an instance."""

import hashlib
import json
import os
import shutil
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import aws, build, tools
from .errors import UserError
from .instance import ROOT, Instance
from .processes import run, run_or_fail
from .progress import Progress

_COMPLETE = ("CREATE_COMPLETE", "UPDATE_COMPLETE")


@dataclass(frozen=True)
class Stack:
    """A deployed stack: its outputs, physical names by logical names, and the functions' environment variables."""

    id: str
    outputs: dict[str, str]
    resources: dict[str, str]
    environment: dict[str, str]


def deploy(instance: Instance, progress: Progress) -> Stack:
    """Deploy unless exactly this is deployed already, and return the stack."""
    with progress.step("package the functions"):
        template = _package(instance)
    with progress.step("deploy template.yaml") as step:
        fingerprint = _fingerprint(instance, template)
        deployed = instance.directory / "deployed"
        stack = _describe(instance)
        if stack and deployed.exists() and deployed.read_text() == fingerprint:
            step.result = "unchanged"
            return stack
        deployed.unlink(missing_ok=True)
        _sam_deploy(instance, template)
    with progress.step("create the API's routes"):
        _run_module(instance, "local.emulator.api_routes", "the API's routes could not be created: see the error above")
        stack = _describe(instance)
        if stack is None:
            raise UserError("`sam deploy` succeeded, but the stack does not exist")
    deployed.write_text(fingerprint)
    return stack


def _package(instance: Instance) -> Path:
    """Package the functions and return the path of the template that names the packages."""
    folder = instance.directory / "build"
    template = folder / "template.yaml"
    output = run_or_fail(
        [tools.PYTHON, "-m", "local.package", ROOT / "template.yaml", template],
        "template.yaml could not be read: see the error above",
    )
    binaries = {function: build.binary(name) for function, name in json.loads(output).items()}
    for function, binary in binaries.items():
        if not binary.is_file():
            raise UserError(f"template.yaml: {function} has the binary {binary.name}, but no package builds it")
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda function: _zip(binaries[function], folder / f"{function}.zip"), binaries))
    return template


def _zip(binary: Path, package: Path) -> None:
    """Zip a binary, without its symbols, unless the package is as new as the binary."""
    built_at = binary.stat().st_mtime_ns
    if package.exists() and package.stat().st_mtime_ns == built_at:
        return
    bootstrap = package.with_suffix(".bootstrap")
    strip = shutil.which("strip")
    if strip is None or not run([strip, "-o", bootstrap, binary]).ok:
        shutil.copyfile(binary, bootstrap)
    entry = zipfile.ZipInfo("bootstrap")
    entry.external_attr = 0o100755 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(package, "w", compresslevel=1) as archive:
        archive.writestr(entry, bootstrap.read_bytes())
    bootstrap.unlink()
    os.utime(package, ns=(built_at, built_at))


def _fingerprint(instance: Instance, template: Path) -> str:
    """A hash of everything that a deployment depends on."""
    digest = hashlib.sha256(" ".join(_parameters(instance)).encode())
    routes = Path(__file__).parent / "emulator" / "api_routes.py"
    for file in (template, ROOT / "samconfig.toml", routes, *sorted(template.parent.glob("*.zip"))):
        digest.update(f"{file.relative_to(ROOT)}\n".encode())
        with file.open("rb") as content:
            digest.update(hashlib.file_digest(content, "sha256").digest())
    return digest.hexdigest()


def _parameters(instance: Instance) -> list[str]:
    return [
        "Stage=local",
        f"Architecture={aws.architecture()}",
        f"UserDbUrl={instance.user_db_url}",
        f"DiscordWebhooks={instance.discord_url}/webhook/local",
        f"LocalPort={instance.aws.number}",
    ]


def _sam_deploy(instance: Instance, template: Path) -> None:
    run_or_fail(
        [
            tools.SAM,
            "deploy",
            f"--config-file={ROOT / 'samconfig.toml'}",
            "--config-env=local",
            f"--template-file={template}",
            "--parameter-overrides",
            *_parameters(instance),
        ],
        "template.yaml could not be deployed: see the output of `sam deploy` above",
        environment=aws.environment(instance),
    )


def _describe(instance: Instance) -> Stack | None:
    """The stack, or None when it does not exist or its last deployment failed."""
    output = _run_module(instance, "local.stack", "the stack could not be described: see the error above")
    stack: dict[str, Any] | None = json.loads(output)
    if stack is None or stack["status"] not in _COMPLETE:
        return None
    return Stack(stack["id"], stack["outputs"], stack["resources"], stack["environment"])


def _run_module(instance: Instance, module: str, message: str) -> str:
    """Run a module that takes the name of the stack, in the tools' environment."""
    return run_or_fail([tools.PYTHON, "-m", module, aws.STACK], message, environment=aws.environment(instance))
