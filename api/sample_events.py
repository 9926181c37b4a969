"""The sample events of routes, and the journey in which they are sent."""

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import yaml

from .operations import CALLERS, ROOT, Operation, operations

EVENTS = ROOT / "events"
JOURNEY = ROOT / "api" / "journey.yaml"
_MIGRATIONS = ROOT / "migrations"
# The stage of the API in API Gateway.
_STAGE = "/api"
# Placeholders of api/journey.yaml.
_TOKEN = "<token>"  # noqa: S105 - a placeholder
_USER_ID = "1001"


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


def journey() -> dict[str, Any]:
    """api/journey.yaml with what the contract adds to each step."""
    document = yaml.safe_load(JOURNEY.read_text(encoding="utf-8"))
    routes = {operation.id: operation for operation in operations()}
    listed = {step if isinstance(step, str) else step["event"] for step in document["steps"]}
    steps = []
    for step in document["steps"]:
        entries = [name for name in routes if name not in listed] if step == "other_routes" else [step]
        steps += [_journey_step({"event": entry} if isinstance(entry, str) else entry, routes) for entry in entries]
    return {"placeholders": document["placeholders"], "steps": steps}


def _journey_step(step: dict[str, Any], routes: dict[str, Operation]) -> dict[str, Any]:
    event = step["event"]
    if event not in routes:
        answer = {
            name: _newest_migration() if value == "newest_migration" else value
            for name, value in step.get("answer", {}).items()
        }
        expected = {"put": step["put"]} if "put" in step else {"answer": answer}
        return {"event": event, "function": step.get("function", event), **expected}
    operation = routes[event]
    result: dict[str, Any] = {"event": event, "function": operation.function}
    role = CALLERS[operation.callers].role
    if role:
        result["as"] = role
    result["answer"] = {"statusCode": operation.status}
    if "save" in step:
        result["save"] = step["save"]
    return result


def _newest_migration() -> int:
    return max(int(file.name.split("_")[0]) for file in _MIGRATIONS.glob("*.sql"))
