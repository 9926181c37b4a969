"""What there is to watch: the resources of template.yaml, and the metrics that they and AWS count."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from samcli.yamlhelper import yaml_parse

Json = dict[str, Any]
ROOT = Path(__file__).resolve().parents[2]

# What AWS counts of what is used here, and by which dimensions, as the page "metrics" of each service's guide has it:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html leads to them all.
_OF_AWS = {
    "AWS/Lambda": (
        {"ConcurrentExecutions", "Duration", "Errors", "Invocations", "IteratorAge", "Throttles"},
        [{"FunctionName"}, set()],
    ),
    "AWS/SQS": (
        {
            "ApproximateAgeOfOldestMessage",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesVisible",
        },
        [{"QueueName"}],
    ),
    "AWS/SNS": ({"NumberOfMessagesPublished", "NumberOfNotificationsFailed"}, [{"TopicName"}]),
    "AWS/ApiGateway": ({"4xx", "5xx", "Count", "IntegrationLatency", "Latency"}, [{"ApiId"}]),
    "AWS/DynamoDB": (
        {
            "ConsumedReadCapacityUnits",
            "ConsumedWriteCapacityUnits",
            "ProvisionedReadCapacityUnits",
            "ProvisionedWriteCapacityUnits",
            "ReadThrottleEvents",
            "WriteThrottleEvents",
        },
        [{"TableName"}, {"TableName", "GlobalSecondaryIndexName"}],
    ),
    "AWS/RDS": (
        {
            "ACUUtilization",
            "CPUUtilization",
            "DatabaseConnections",
            "FreeStorageSpace",
            "FreeableMemory",
            "ServerlessDatabaseCapacity",
        },
        [{"DBClusterIdentifier", "Role"}, {"DBInstanceIdentifier"}],
    ),
    "AWS/CloudFront": (
        {"4xxErrorRate", "5xxErrorRate", "BytesDownloaded", "Requests"},
        [{"DistributionId", "Region"}],
    ),
}

# What a dimension names; of the others, these values.
TYPES = {
    "FunctionName": "AWS::Serverless::Function",
    "QueueName": "AWS::SQS::Queue",
    "TopicName": "AWS::SNS::Topic",
    "TableName": "AWS::DynamoDB::Table",
    "ApiId": "AWS::Serverless::HttpApi",
    "DistributionId": "AWS::CloudFront::Distribution",
    "DBClusterIdentifier": "AWS::CloudFormation::Stack",
    "DBInstanceIdentifier": "AWS::CloudFormation::Stack",
}
VALUES = {"Region": {"Global"}, "Role": {"WRITER"}}


@cache
def template() -> Json:
    """The whole application."""
    document: Json = yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))
    return document


@cache
def monitoring() -> Json:
    """Its alarms and dashboard."""
    document: Json = yaml_parse((ROOT / "infra" / "monitoring.yaml").read_text(encoding="utf-8"))
    return document


def resources(kind: str) -> dict[str, Json]:
    """Those of a type in template.yaml, by their logical names."""
    return {name: resource for name, resource in template()["Resources"].items() if resource["Type"] == kind}


def alarms() -> dict[str, Json]:
    """The properties of each alarm."""
    found = monitoring()["Resources"].items()
    return {name: alarm["Properties"] for name, alarm in found if alarm["Type"] == "AWS::CloudWatch::Alarm"}


def given(parameter: str) -> list[str]:
    """The resources that template.yaml gives the monitoring by that name."""
    return _named(template()["Resources"]["Monitoring"]["Properties"]["Parameters"][parameter])


def _named(value: Any) -> list[str]:
    if not isinstance(value, dict):
        return []
    ((function, of),) = value.items()
    match function:
        case "Ref":
            return [of]
        case "Fn::GetAtt":
            return [of[0] if isinstance(of, list) else of.split(".")[0]]
        case "Fn::Join":
            return [name for item in of[1] for name in _named(item)]
        case "Fn::If":
            return [name for item in of[1:] for name in _named(item)]
    raise AssertionError(f"{function} is not looked into")


def indexes(table: str) -> set[str]:
    """The names of a table's indexes."""
    properties = template()["Resources"][table]["Properties"]
    return {index["IndexName"] for index in properties.get("GlobalSecondaryIndexes", [])}


@cache
def counted_here() -> set[str]:
    """The metrics that the functions count themselves."""
    source = _source()
    constants = dict(re.findall(r'^const (\w+): &str = "(\w+)";', source, re.MULTILINE))
    used = set(re.findall(r"(?<!describe_)(?:counter|gauge|histogram)!\((\w+)\)", source))
    return {name for constant, name in constants.items() if constant in used}


def _counted_in() -> str:
    """Their namespace."""
    (namespace,) = re.findall(r'NAMESPACE: &str = "(\w+)";', _source())
    return str(namespace)


def _source() -> str:
    return (ROOT / "shared" / "src" / "metrics.rs").read_text(encoding="utf-8")


def problem_with(namespace: str, metric: str, dimensions: set[str]) -> str | None:
    """Why there is no such metric, if there is none."""
    if namespace == _counted_in():
        metrics, by = counted_here(), [{"Stack"}]
    elif namespace == "mrmrthon/${Stack}":
        metrics, by = _counted_in_logs(), [set()]
    elif namespace in _OF_AWS:
        metrics, by = _OF_AWS[namespace]
    else:
        return f"nobody counts in {namespace}"
    if metric not in metrics:
        return f"nobody counts {metric} in {namespace}"
    if dimensions not in by:
        return f"{metric} is not counted by {sorted(dimensions)}"
    return None


def _counted_in_logs() -> set[str]:
    """The metrics that CloudWatch counts in the functions' logs."""
    filters = [one for one in monitoring()["Resources"].values() if one["Type"] == "AWS::Logs::MetricFilter"]
    return {each["MetricName"] for one in filters for each in one["Properties"]["MetricTransformations"]}
