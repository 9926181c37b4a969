"""Generate files and sections of files from the contract, api/openapi.yaml.

`python -m api.generate [--check]` writes or checks the sample events of routes and api/journey.json. Cog blocks in
Cargo.toml, template.yaml and the READMEs call the other functions. `make generate` runs everything in the tools'
environment, which has PyYAML.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .operations import CALLERS, ROOT, operations
from .sample_events import EVENTS, JOURNEY, event, journey

_TABLE_HEADERS = {
    "en": ("Route", "Function", "Who", "What"),
    "ko": ("경로", "함수", "누가"),
}


def watch_router() -> str:
    """The table [workspace.metadata.lambda.watch.router] of Cargo.toml."""
    routes: dict[str, list[str]] = {}
    for operation in operations():
        route = f'{{ method = "{operation.method}", function = "{operation.function}" }}'
        routes.setdefault(operation.path, []).append(route)
    lines: list[str] = []
    for path, entries in routes.items():
        lines += [f'"{path}" = [', *(f"    {entry}," for entry in entries), "]"]
    return "\n".join(lines)


def route_functions() -> str:
    """The functions behind the API, as references in template.yaml."""
    functions = dict.fromkeys(operation.function for operation in operations())
    return "\n".join(f"- !Ref {logical_id(function)}" for function in functions)


def logical_id(function: str) -> str:
    """`users-get` is `UsersGet` in template.yaml."""
    return "".join(word.capitalize() for word in function.split("-"))


def route_table(language: str) -> str:
    """The table of the README."""
    rows = [_TABLE_HEADERS[language], ("---",) * len(_TABLE_HEADERS[language])]
    for operation in operations():
        callers = operation.callers.rstrip(".") if language == "en" else CALLERS[operation.callers].korean
        row = (f"`{operation.method} {operation.path}`", f"`{operation.function}`", callers)
        rows.append((*row, operation.definition["summary"]) if language == "en" else row)
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _files() -> Iterator[tuple[Path, str]]:
    """The generated files with their contents."""
    yield JOURNEY.with_suffix(".json"), _json(journey())
    for operation in operations():
        yield EVENTS / f"{operation.id}.json", _json(event(operation))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def main() -> int:
    """Write the files, or with --check report those that are out of date."""
    parser = argparse.ArgumentParser(prog="python -m api.generate")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is out of date")
    check = parser.parse_args().check
    stale = {file: text for file, text in _files() if not file.exists() or file.read_text(encoding="utf-8") != text}
    for file, text in stale.items():
        if not check:
            file.write_text(text, encoding="utf-8")
        print(f"{file.relative_to(ROOT)} {'is out of date' if check else 'written'}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
