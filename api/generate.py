"""Generate files and sections of files from the contract, api/openapi.yaml.

`python -m api.generate [--check]` writes or checks the sample events of routes. Cog blocks in Cargo.toml, template.yaml
and the READMEs call the other functions. `make generate` runs everything in the tools' environment, which has PyYAML.
"""

import argparse
import base64
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import yaml

_ROOT = Path(__file__).resolve().parents[1]
_CONTRACT = _ROOT / "api" / "openapi.yaml"
_EVENTS = _ROOT / "events"
# The stage of the API in API Gateway.
_STAGE = "/api"
# Placeholders that api/journey.yaml replaces.
_TOKEN = "<token>"  # noqa: S105 - a placeholder
_USER_ID = "1001"

# Who may call an operation: the first sentence of its description, and its Korean translation.
_CALLERS = {
    "Anyone.": "누구나",
    "Anyone for the total, the user for the ledger.": "합계는 누구나, 내역은 본인",
    "The holder of a refresh token.": "갱신 토큰을 가진 사람",
    "The user.": "본인",
    "Runners.": "개인 사용자",
    "Organizers.": "주최자",
    "The race's organizer.": "대회 주최자",
    "The race's organizer, from race day on.": "대회 주최자, 대회 당일부터",
    "The runner, or the race's organizer.": "참가자 본인 또는 대회 주최자",
}
_TABLE_HEADERS = {
    "en": ("Route", "Function", "Who", "What"),
    "ko": ("경로", "함수", "누가"),
}


@dataclass(frozen=True)
class Operation:
    """One route of the contract."""

    id: str
    method: str
    path: str
    parameters: list[dict[str, Any]]
    definition: dict[str, Any]

    @property
    def function(self) -> str:
        """The binary: the operation's id, except for the second operation of a function."""
        return str(self.definition.get("x-function", self.id))

    @property
    def callers(self) -> str:
        """The first sentence of the description, which says who may call it."""
        description = str(self.definition["description"]).strip()
        sentence = description.split(". ")[0].split(".\n")[0].rstrip(".") + "."
        if sentence not in _CALLERS:
            raise ValueError(f"{self.id}: the description must begin with who may call it, not with {sentence!r}")
        return sentence

    @property
    def schemes(self) -> set[str]:
        """The security schemes without which it answers 401."""
        alternatives = self.definition["security"]
        return set() if {} in alternatives else {scheme for entry in alternatives for scheme in entry}

    @property
    def body(self) -> Any:
        """The example of the request body, or None without a body."""
        if "requestBody" not in self.definition:
            return None
        content = self.definition["requestBody"]["content"]["application/json"]
        if "example" in content:
            return content["example"]
        return _resolve(next(iter(content["examples"].values())))["value"]


@cache
def _contract() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(_CONTRACT.read_text(encoding="utf-8"))
    return document


@cache
def operations() -> tuple[Operation, ...]:
    """Every operation in the order of the contract."""
    return tuple(_operations())


def _operations() -> Iterator[Operation]:
    for path, item in _contract()["paths"].items():
        for method, definition in item.items():
            if method == "parameters":
                continue
            parameters = [_resolve(entry) for entry in [*item.get("parameters", []), *definition.get("parameters", [])]]
            yield Operation(definition["operationId"], method.upper(), path, parameters, definition)


def _resolve(entry: dict[str, Any]) -> dict[str, Any]:
    """A parameter or an example, or what its reference points to."""
    if "$ref" not in entry:
        return entry
    target: Any = _contract()
    for part in entry["$ref"].removeprefix("#/").split("/"):
        target = target[part]
    resolved: dict[str, Any] = target
    return resolved


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
        callers = operation.callers.rstrip(".") if language == "en" else _CALLERS[operation.callers]
        row = (f"`{operation.method} {operation.path}`", f"`{operation.function}`", callers)
        rows.append((*row, operation.definition["summary"]) if language == "en" else row)
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def event(operation: Operation) -> dict[str, Any]:
    """A sample event of an operation, as API Gateway sends it to a function (HTTP API, payload format 2.0)."""
    path_parameters = dict(_path_parameters(operation))
    path = operation.path.format(**path_parameters)
    query = {
        parameter["name"]: str(parameter["example"])
        for parameter in operation.parameters
        if parameter["in"] == "query" and "example" in parameter
    }
    route_key = f"{operation.method} {operation.path}"
    result: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": _STAGE + path,
        "rawQueryString": urlencode(query),
        "headers": dict(_headers(operation)),
    }
    if query:
        result["queryStringParameters"] = query
    if path_parameters:
        result["pathParameters"] = path_parameters
    result["requestContext"] = {
        "accountId": "123456789012",
        "apiId": "api",
        "domainName": "api.example.com",
        "domainPrefix": "api",
        "http": {
            "method": operation.method,
            "path": _STAGE + path,
            "protocol": "HTTP/1.1",
            "sourceIp": "203.0.113.7",
            "userAgent": "sample",
        },
        "requestId": "sample",
        "routeKey": route_key,
        "stage": _STAGE.removeprefix("/"),
        "time": "15/Mar/2026:08:00:00 +0900",
        "timeEpoch": 1773529200000,
    }
    if operation.body is not None:
        result["body"] = json.dumps(operation.body, ensure_ascii=False)
    result["isBase64Encoded"] = False
    return result


def _path_parameters(operation: Operation) -> Iterator[tuple[str, str]]:
    for parameter in operation.parameters:
        if parameter["in"] == "path":
            # Without a token, nobody is "me".
            has_no_caller = parameter["name"] == "user_id" and "bearerAuth" not in operation.schemes
            yield parameter["name"], _USER_ID if has_no_caller else str(parameter["example"])


def _headers(operation: Operation) -> Iterator[tuple[str, str]]:
    yield "accept-language", "ko"
    yield "host", "api.example.com"
    if operation.body is not None:
        yield "content-type", "application/json"
    if "bearerAuth" in operation.schemes:
        yield "authorization", f"Bearer {_TOKEN}"
    if "basicAuth" in operation.schemes:
        yield "authorization", f"Basic {_basic_credentials()}"
    for parameter in operation.parameters:
        if parameter["in"] == "header" and parameter.get("required"):
            yield parameter["name"].lower(), str(parameter["example"])


def _basic_credentials() -> str:
    """The example of users-login for HTTP Basic authentication."""
    login = next(operation.body for operation in operations() if operation.id == "users-login")
    return base64.b64encode(f"{login['login_id']}:{login['password']}".encode()).decode()


def main() -> int:
    """Write the route events, or with --check report those that are out of date."""
    parser = argparse.ArgumentParser(prog="python -m api.generate")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is out of date")
    check = parser.parse_args().check
    stale = []
    for operation in operations():
        file = _EVENTS / f"{operation.id}.json"
        text = json.dumps(event(operation), ensure_ascii=False, indent=2) + "\n"
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            stale.append(file)
            if not check:
                file.write_text(text, encoding="utf-8")
    for file in stale:
        print(f"{file.relative_to(_ROOT)} {'is out of date: run `make generate`' if check else 'written'}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
