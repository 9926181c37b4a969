#!/usr/bin/env python3
"""Delete the tables that a deleted stack has left behind, so that a stack of the same name can be deployed again.

    deploy/remove_tables.py [--backup] [--yes] <stack>

--backup creates an on-demand backup of each table first. --yes does not ask. Nothing is deleted while the stack exists
or one of its tables has deletion protection.
"""

import sys
import time
from collections.abc import Callable
from typing import Any

import boto3
from botocore.exceptions import ClientError

# The tables of template.yaml, which names them <stack>-<table>.
TABLES = ("official_marathon", "player", "official_record", "non_official_record")
# Backups usually take seconds, whatever the size of the table.
BACKUP_SECONDS = 900
_POLL_SECONDS = 5


def stack_exists(cloudformation: Any, stack: str) -> bool:
    """Whether there is a stack with this name, in whatever state."""
    try:
        cloudformation.describe_stacks(StackName=stack)
    except ClientError as error:
        # Any other error, such as missing permissions, must not look like a deleted stack.
        if "does not exist" in error.response["Error"]["Message"]:
            return False
        raise
    return True


def retained_tables(dynamodb: Any, stack: str) -> list[dict[str, Any]]:
    """The descriptions of the stack's tables that exist."""
    tables = []
    for name in TABLES:
        try:
            tables.append(dynamodb.describe_table(TableName=f"{stack}-{name}")["Table"])
        except dynamodb.exceptions.ResourceNotFoundException:
            continue
    return tables


def back_up(dynamodb: Any, names: list[str]) -> list[str]:
    """Create a backup of each table, wait until all are available, and return their ARNs."""
    suffix = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    backups = [
        dynamodb.create_backup(TableName=name, BackupName=f"{name}-{suffix}")["BackupDetails"]["BackupArn"]
        for name in names
    ]
    deadline = time.monotonic() + BACKUP_SECONDS
    for backup in backups:
        while (status := _backup_status(dynamodb, backup)) != "AVAILABLE":
            if status != "CREATING" or time.monotonic() > deadline:
                raise TimeoutError(f"{backup} is {status}; no table was deleted")
            time.sleep(_POLL_SECONDS)
    return backups


def delete(dynamodb: Any, names: list[str]) -> None:
    """Delete tables, and wait until their names are free."""
    for name in names:
        dynamodb.delete_table(TableName=name)
    for name in names:
        dynamodb.get_waiter("table_not_exists").wait(TableName=name)


def remove(cloudformation: Any, dynamodb: Any, stack: str, *, backup: bool, confirm: Callable[[str], bool]) -> int:
    """Delete the tables of a deleted stack once the user confirms, and return the exit code."""
    if stack_exists(cloudformation, stack):
        print(f"{stack} exists and uses its tables: delete the stack first (sam delete)", file=sys.stderr)
        return 1
    tables = retained_tables(dynamodb, stack)
    if not tables:
        print(f"{stack} has no tables in {dynamodb.meta.region_name}")
        return 0
    for table in tables:
        print(f"{table['TableArn']}: about {table['ItemCount']} items, {table['TableSizeBytes']} bytes")
    names = [table["TableName"] for table in tables]
    protected = [table["TableName"] for table in tables if table.get("DeletionProtectionEnabled")]
    if protected:
        print("Nothing is deleted, because of deletion protection. To turn it off:", file=sys.stderr)
        for name in protected:
            print(f"aws dynamodb update-table --table-name {name} --no-deletion-protection-enabled", file=sys.stderr)
        return 1
    print(
        "Point-in-time recovery ends with the tables; for 35 days DynamoDB keeps a system backup of the last state of "
        "each."
    )
    if backup:
        print("Each table is backed up first. These backups stay, and are billed, until somebody deletes them.")
    if not confirm(stack):
        print("nothing was deleted", file=sys.stderr)
        return 1
    if backup:
        for arn in back_up(dynamodb, names):
            print(f"created {arn}")
    delete(dynamodb, names)
    print(f"{len(names)} tables deleted")
    return 0


def main(arguments: list[str]) -> int:
    """Run the command and return the exit code."""
    options = {argument for argument in arguments if argument.startswith("-")}
    stacks = [argument for argument in arguments if argument not in options]
    if len(stacks) != 1 or not stacks[0] or options - {"--backup", "--yes"}:
        print("usage: deploy/remove_tables.py [--backup] [--yes] <stack>", file=sys.stderr)
        return 2
    confirm = _is_confirmed if "--yes" not in options else lambda _: True
    clients = boto3.client("cloudformation"), boto3.client("dynamodb")
    try:
        return remove(*clients, stacks[0], backup="--backup" in options, confirm=confirm)
    except TimeoutError as error:
        print(error, file=sys.stderr)
        return 1


def _is_confirmed(stack: str) -> bool:
    try:
        return input(f"To delete these tables, type {stack}: ").strip() == stack
    except EOFError:
        print()
        return False


def _backup_status(dynamodb: Any, backup: str) -> str:
    description = dynamodb.describe_backup(BackupArn=backup)["BackupDescription"]
    return str(description["BackupDetails"]["BackupStatus"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
