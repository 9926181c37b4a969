"""Create the routes of the HTTP API. Runs in the tools' environment, after `sam deploy`.

python -m local.emulator.api_routes STACK

SAM writes the routes to the `Body` of `AWS::ApiGatewayV2::Api`, an OpenAPI document that MiniStack ignores for HTTP
APIs (https://github.com/ministackorg/ministack/issues/928 added it for REST APIs only):
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-api.html
"""

import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3

from ..stack import resources_of

_FUNCTION = re.compile(r"\$\{(\w+?)(?:Alias\w+|\.Arn)\}")
_INTEGRATION = "x-amazon-apigateway-integration"
_ANY_METHOD = "x-amazon-apigateway-any-method"


@dataclass(frozen=True)
class Route:
    """A route key of the API, such as `GET /users`, and the logical name of its function."""

    key: str
    function: str


def create_routes(stack: str) -> None:
    """Give each HTTP API of a stack the routes and integrations of its OpenAPI body."""
    resources = resources_of(stack)
    template = boto3.client("cloudformation").get_template(StackName=stack, TemplateStage="Processed")["TemplateBody"]
    document = json.loads(template) if isinstance(template, str) else template
    for logical, resource in document["Resources"].items():
        if resource["Type"] == "AWS::ApiGatewayV2::Api" and "Body" in resource["Properties"]:
            _synchronize(resources[logical], routes(resource["Properties"]["Body"]), resources)


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


def _synchronize(api: str, wanted: list[Route], resources: dict[str, str]) -> None:
    """Create, update and delete routes until the API has exactly the wanted ones."""
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


if __name__ == "__main__":
    create_routes(sys.argv[1])
