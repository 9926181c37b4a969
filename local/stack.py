"""Describe a deployed stack. Runs in the tools' environment.

python -m local.stack STACK    print the stack as JSON: id, status, outputs, resources, environment; or null
"""

import json
import sys

import boto3
from botocore.exceptions import ClientError


def describe(name: str) -> None:
    """Print the stack, or null when it does not exist."""
    client = boto3.client("cloudformation")
    try:
        (stack,) = client.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        print("null")
        return
    description = {
        "id": stack["StackId"],
        "status": stack["StackStatus"],
        "outputs": {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])},
        "resources": resources_of(name),
        "environment": _environment(name),
    }
    print(json.dumps(description))


def resources_of(stack: str) -> dict[str, str]:
    """The physical name of each resource by its logical name."""
    pages = boto3.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack)
    return {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for page in pages
        for resource in page["StackResourceSummaries"]
    }


def _environment(stack: str) -> dict[str, str]:
    """The environment variables of all functions together. A variable has the same value in each function."""
    client = boto3.client("lambda")
    variables: dict[str, str] = {}
    for page in client.get_paginator("list_functions").paginate():
        for function in page["Functions"]:
            if function["FunctionName"].startswith(f"{stack}-"):
                variables |= function.get("Environment", {}).get("Variables", {})
    return variables


if __name__ == "__main__":
    describe(sys.argv[1])
