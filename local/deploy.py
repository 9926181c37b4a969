"""Bring template.yaml and the built functions to an instance: stage, deploy, connect the routes."""

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
from .instance import ROOT, Instance
from .problem import Problem
from .processes import require, run
from .progress import Progress

_SETTLED = ("CREATE_COMPLETE", "UPDATE_COMPLETE")


@dataclass(frozen=True)
class Stack:
    """The stack as deployed."""

    id: str
    outputs: dict[str, str]
    resources: dict[str, str]
    environment: dict[str, str]


def deploy(instance: Instance, progress: Progress) -> Stack:
    """Deploy unless this instance already runs exactly this, and answer the stack."""
    with progress.step("stage the functions"):
        template = _stage(instance)
    with progress.step("deploy template.yaml") as step:
        fingerprint = _fingerprint(instance, template)
        record = instance.directory / "deployed"
        stack = _describe(instance)
        if stack and record.exists() and record.read_text() == fingerprint:
            step.result = "unchanged"
            return stack
        record.unlink(missing_ok=True)
        _sam_deploy(instance, template)
    with progress.step("connect the API's routes"):
        _in_tools(instance, "the API's routes could not be made: the reason is above", "connect", aws.STACK)
        stack = _describe(instance)
        if stack is None:
            raise Problem("`sam deploy` succeeded, yet the stack is not there")
    record.write_text(fingerprint)
    return stack


def _stage(instance: Instance) -> Path:
    """Package the functions and answer the template that points to the packages."""
    folder = instance.directory / "build"
    template = folder / "template.yaml"
    output = require(
        [tools.PYTHON, "-m", "local.stage", ROOT / "template.yaml", template],
        "template.yaml could not be read: the reason is above",
    )
    binaries = {function: build.binary(name) for function, name in json.loads(output).items()}
    for function, binary in binaries.items():
        if not binary.is_file():
            raise Problem(f"template.yaml gives {function} the binary {binary.name}, but no package builds it")
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda function: _package(binaries[function], folder / f"{function}.zip"), binaries))
    return template


def _package(binary: Path, package: Path) -> None:
    """Zip a binary without its symbols, which are half of it, unless that has been done since it was built."""
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
    """Changes with everything that a deployment depends on."""
    digest = hashlib.sha256(" ".join(_parameters(instance)).encode())
    code = Path(__file__).parent
    for file in (template, ROOT / "samconfig.toml", code / "stack.py", *sorted(template.parent.glob("*.zip"))):
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
    require(
        [
            tools.SAM,
            "deploy",
            f"--config-file={ROOT / 'samconfig.toml'}",
            "--config-env=local",
            f"--template-file={template}",
            "--parameter-overrides",
            *_parameters(instance),
        ],
        "template.yaml could not be deployed: the words of `sam deploy` are above",
        environment=aws.environment(instance),
    )


def _describe(instance: Instance) -> Stack | None:
    """The stack, unless there is none or a deployment failed half-way."""
    output = _in_tools(instance, "the stack could not be read: the reason is above", "describe", aws.STACK)
    stack: dict[str, Any] | None = json.loads(output)
    if stack is None or stack["status"] not in _SETTLED:
        return None
    return Stack(stack["id"], stack["outputs"], stack["resources"], stack["environment"])


def _in_tools(instance: Instance, failure: str, *words: str) -> str:
    return require([tools.PYTHON, "-m", "local.stack", *words], failure, environment=aws.environment(instance))
