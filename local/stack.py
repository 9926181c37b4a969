"""What `sam deploy` leaves undone locally, and what it made. Runs in the tools' environment.

python -m local.stack describe STACK         print the stack as JSON: id, status, outputs, resources, environment
python -m local.stack connect STACK          give the HTTP API the routes of its definition
python -m local.stack upload FOLDER BUCKET   give a bucket the files of a folder and no others
"""

import hashlib
import json
import mimetypes
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

_FUNCTION = re.compile(r"\$\{(\w+?)(?:Alias\w+|\.Arn)\}")
_INTEGRATION = "x-amazon-apigateway-integration"
_ANY_METHOD = "x-amazon-apigateway-any-method"


@dataclass(frozen=True)
class Route:
    """A route of the API and the function, by its logical name, that answers it."""

    key: str
    function: str


def describe(name: str) -> None:
    """Print the stack, or null when there is none."""
    client = boto3.client("cloudformation")
    try:
        (stack,) = client.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        print("null")
        return
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
    description = {
        "id": stack["StackId"],
        "status": stack["StackStatus"],
        "outputs": outputs,
        "resources": resources_of(name),
        "environment": _environment(name),
    }
    print(json.dumps(description))


def connect(name: str) -> None:
    """Make the routes and integrations of each HTTP API those of its OpenAPI body, which MiniStack ignores."""
    resources = resources_of(name)
    template = boto3.client("cloudformation").get_template(StackName=name, TemplateStage="Processed")["TemplateBody"]
    document = json.loads(template) if isinstance(template, str) else template
    for logical, resource in document["Resources"].items():
        if resource["Type"] == "AWS::ApiGatewayV2::Api" and "Body" in resource["Properties"]:
            _connect_api(resources[logical], routes(resource["Properties"]["Body"]), resources)


def upload(folder: str, bucket: str) -> None:
    """Give a bucket the files of a folder and no others, with the headers that a release gives them."""
    client = boto3.client("s3")
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    there = {entry["Key"]: entry["ETag"].strip('"') for page in pages for entry in page.get("Contents", [])}
    for file in sorted(file for file in Path(folder).rglob("*") if file.is_file()):
        key, content = file.relative_to(folder).as_posix(), file.read_bytes()
        if there.pop(key, None) == hashlib.md5(content, usedforsecurity=False).hexdigest():
            continue
        client.put_object(
            Bucket=bucket, Key=key, Body=content, ContentType=content_type(key), CacheControl=cache_control(key)
        )
    for key in there:
        client.delete_object(Bucket=bucket, Key=key)


def content_type(key: str) -> str:
    """What a file is, by its name; texts are in UTF-8."""
    found = mimetypes.guess_type(key)[0] or "application/octet-stream"
    return f"{found}; charset=utf-8" if found.startswith("text/") else found


def cache_control(key: str) -> str:
    """Names in assets/ hold a hash of the content, which therefore never changes; the rest is asked for anew."""
    return "public, max-age=31536000, immutable" if key.startswith("assets/") else "no-cache"


def invoke(function: str, event: Any = None) -> None:
    """Invoke a function and print its answer; a function that fails ends this program with its words."""
    patient = Config(read_timeout=310, retries={"total_max_attempts": 1})
    payload = {} if event is None else {"Payload": json.dumps(event).encode()}
    response = boto3.client("lambda", config=patient).invoke(FunctionName=function, **payload)
    answer = response["Payload"].read().decode()
    if "FunctionError" in response:
        sys.exit(answer)
    print(answer)


def routes(body: dict[str, Any]) -> list[Route]:
    """The routes of an OpenAPI document as SAM writes it."""
    found = []
    for path, operations in body["paths"].items():
        for method, operation in operations.items():
            match = _FUNCTION.search(json.dumps(operation.get(_INTEGRATION, {}).get("uri", "")))
            if match:
                verb = "ANY" if method == _ANY_METHOD else method.upper()
                found.append(Route("$default" if path == "/$default" else f"{verb} {path}", match[1]))
    return found


def _connect_api(api: str, wanted: list[Route], resources: dict[str, str]) -> None:
    """Create, redirect and delete until the API has the wanted routes and no others."""
    gateway, functions = boto3.client("apigatewayv2"), boto3.client("lambda")
    integrations = {
        integration["IntegrationUri"]: integration["IntegrationId"]
        for integration in _pages(gateway.get_integrations, api)
    }
    existing = {route["RouteKey"]: route for route in _pages(gateway.get_routes, api)}
    for route in wanted:
        physical = resources[route.function]
        uri = functions.get_function_configuration(FunctionName=physical)["FunctionArn"]
        if uri not in integrations:
            integrations[uri] = gateway.create_integration(
                ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=uri, PayloadFormatVersion="2.0"
            )["IntegrationId"]
        target = f"integrations/{integrations[uri]}"
        current = existing.pop(route.key, None)
        if current is None:
            gateway.create_route(ApiId=api, RouteKey=route.key, Target=target)
        elif current.get("Target") != target:
            gateway.update_route(ApiId=api, RouteId=current["RouteId"], Target=target)
    for unwanted in existing.values():
        gateway.delete_route(ApiId=api, RouteId=unwanted["RouteId"])


def _pages(operation: Callable[..., dict[str, Any]], api: str) -> list[dict[str, Any]]:
    items, token = [], None
    while True:
        page = operation(ApiId=api, **({"NextToken": token} if token else {}))
        items += page["Items"]
        token = page.get("NextToken")
        if not token:
            return items


def _environment(stack: str) -> dict[str, str]:
    """The environment variables of all functions taken together; a variable has one value wherever it is set."""
    client = boto3.client("lambda")
    variables: dict[str, str] = {}
    for page in client.get_paginator("list_functions").paginate():
        for function in page["Functions"]:
            if function["FunctionName"].startswith(f"{stack}-"):
                variables |= function.get("Environment", {}).get("Variables", {})
    return variables


def resources_of(stack: str) -> dict[str, str]:
    """The physical name of each resource by its logical one."""
    pages = boto3.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack)
    return {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for page in pages
        for resource in page["StackResourceSummaries"]
    }


if __name__ == "__main__":
    verbs: dict[str, Callable[..., None]] = {
        "describe": describe,
        "connect": connect,
        "upload": upload,
    }
    verbs[sys.argv[1]](*sys.argv[2:])
