"""The resources of template.yaml, and the metrics that AWS and the functions publish."""

import re
from functools import cache
from typing import Any

from infra import templates
from infra.templates import ROOT, Json

# Metrics of AWS services that are in use here, and their combinations of dimensions, from the documentation of each
# service: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html
_AWS_METRICS = {
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

# Resource types of dimensions, and the possible values of the other dimensions.
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


def application() -> Json:
    """template.yaml."""
    return templates.read(templates.APPLICATION)


def monitoring() -> Json:
    """infra/monitoring.yaml."""
    return templates.read(templates.MONITORING)


def resources(kind: str) -> dict[str, Json]:
    """Resources of a type in template.yaml by logical id."""
    return templates.of_type(application(), kind)


def alarms() -> dict[str, Json]:
    """Properties of the alarms in infra/monitoring.yaml by logical id."""
    alarms = templates.of_type(monitoring(), "AWS::CloudWatch::Alarm")
    return {name: alarm["Properties"] for name, alarm in alarms.items()}


def passed_resources(parameter: str) -> list[str]:
    """Logical ids of the resources that template.yaml passes to infra/monitoring.yaml as that parameter."""
    return _logical_ids(application()["Resources"]["Monitoring"]["Properties"]["Parameters"][parameter])


def _logical_ids(value: Any) -> list[str]:
    if not isinstance(value, dict):
        return []
    ((function, of),) = value.items()
    match function:
        case "Ref":
            return [of]
        case "Fn::GetAtt":
            return [of[0] if isinstance(of, list) else of.split(".")[0]]
        case "Fn::Join":
            return [name for item in of[1] for name in _logical_ids(item)]
        case "Fn::If":
            return [name for item in of[1:] for name in _logical_ids(item)]
    raise AssertionError(f"{function} is not supported")


def indexes(table: str) -> set[str]:
    """Names of the indexes of a table."""
    properties = application()["Resources"][table]["Properties"]
    return {index["IndexName"] for index in properties.get("GlobalSecondaryIndexes", [])}


@cache
def function_metrics() -> set[str]:
    """Metrics that the functions publish."""
    source = _source()
    constants = dict(re.findall(r'^const (\w+): &str = "(\w+)";', source, re.MULTILINE))
    used = set(re.findall(r"(?<!describe_)(?:counter|gauge|histogram)!\((\w+)\)", source))
    return {name for constant, name in constants.items() if constant in used}


def _function_namespace() -> str:
    (namespace,) = re.findall(r'NAMESPACE: &str = "(\w+)";', _source())
    return str(namespace)


def _source() -> str:
    return (ROOT / "shared" / "src" / "metrics.rs").read_text(encoding="utf-8")


def metric_error(namespace: str, metric: str, dimensions: set[str]) -> str | None:
    """Why a metric with these dimensions does not exist, or None if it does."""
    if namespace == _function_namespace():
        metrics, combinations = function_metrics(), [{"Stack"}]
    elif namespace == "mrmrthon/${Stack}":
        metrics, combinations = _log_metrics(), [set()]
    elif namespace in _AWS_METRICS:
        metrics, combinations = _AWS_METRICS[namespace]
    else:
        return f"unknown namespace {namespace}"
    if metric not in metrics:
        return f"unknown metric {metric} in {namespace}"
    if dimensions not in combinations:
        return f"{metric} does not have the dimensions {sorted(dimensions)}"
    return None


def _log_metrics() -> set[str]:
    """Metrics of the metric filters in infra/monitoring.yaml."""
    filters = templates.of_type(monitoring(), "AWS::Logs::MetricFilter").values()
    return {
        transformation["MetricName"]
        for metric_filter in filters
        for transformation in metric_filter["Properties"]["MetricTransformations"]
    }
