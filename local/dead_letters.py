"""Redrive the dead-letter queues of a stack. Runs in the tools' environment.

python -m local.dead_letters STACK
"""

import json
import sys
import time
from typing import Any

import boto3
from botocore.config import Config

from .stack import resources_of

# Dead-letter queues of queues: their messages can be moved back.
_QUEUE_DLQS = ("PointIncreaseDlq", "WebhookDlq")
# Messages that the stream and the topic could not deliver have no queue to go back to. points-audit finds what is
# missing in the ledger instead, by comparing it with the records.
_STREAM_DLQ = "OfficialRecordDlq"
_AUDIT = "PointsAudit"
_AUDIT_TIMEOUT_SECONDS = 310


def redrive(stack: str) -> None:
    """Move messages back to their queues and repair the ledger, printing what was done."""
    resources = resources_of(stack)
    client = boto3.client("sqs")
    for name in _QUEUE_DLQS:
        arn, count = _arn_and_count(client, resources[name])
        if count:
            client.start_message_move_task(SourceArn=arn)
            _wait_for_end(client, name, arn)
        print(f"{name:<18} {count:>6} {_messages(count)} moved back", flush=True)
    _, count = _arn_and_count(client, resources[_STREAM_DLQ])
    print(f"{_STREAM_DLQ:<18} {count:>6} {_messages(count)} without a queue to move to", flush=True)
    if _AUDIT in resources:
        print("points-audit repairs the ledger:", flush=True)
        _repair(resources[_AUDIT])


def _arn_and_count(client: Any, url: str) -> tuple[str, int]:
    """A queue's ARN and its number of messages."""
    names = ["QueueArn", "ApproximateNumberOfMessages"]
    attributes = client.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return attributes["QueueArn"], int(attributes["ApproximateNumberOfMessages"])


def _wait_for_end(client: Any, name: str, arn: str) -> None:
    while True:
        task = client.list_message_move_tasks(SourceArn=arn)["Results"][0]
        if task["Status"] == "COMPLETED":
            return
        if task["Status"] != "RUNNING":
            sys.exit(f"{name}: {task.get('FailureReason', task['Status'])}")
        time.sleep(0.2)


def _repair(function: str) -> None:
    """Invoke points-audit with `repair` and print its report."""
    # Once: a second invocation would overlap with the first.
    config = Config(read_timeout=_AUDIT_TIMEOUT_SECONDS, retries={"total_max_attempts": 1})
    payload = json.dumps({"repair": True}).encode()
    response = boto3.client("lambda", config=config).invoke(FunctionName=function, Payload=payload)
    answer = response["Payload"].read().decode()
    if "FunctionError" in response:
        sys.exit(answer)
    print(answer)


def _messages(count: int) -> str:
    return "message " if count == 1 else "messages"


if __name__ == "__main__":
    redrive(sys.argv[1])
