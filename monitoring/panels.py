"""The rows and panels of the dashboards."""

from .model import CLOUDFRONT_REGION, LogPanel, Metric, Panel, Resources, Row, TaggedResource, Variable

_ROUTES = {
    "users": "Users[A-Z][A-Za-z]*",
    "marathons": "Marathons[A-Z][A-Za-z]*",
    "players": "Players[A-Z][A-Za-z]*",
    "official_records": "OfficialRecords[A-Z][A-Za-z]*",
    "non_official_records": "NonOfficialRecords[A-Z][A-Za-z]*",
    "points": "Points(?!Audit)[A-Z][A-Za-z]*",
}
_STAGES = ("OfficialRecord", "PointIncrease", "Webhook", "PointsAudit", "UserDbMigrate")
_QUEUES = ("PointIncreaseQueue", "WebhookQueue")
_DLQS = ("OfficialRecordDlq", "PointIncreaseDlq", "WebhookDlq")

# A CloudWatch search expression has at most 1,024 characters, too few for the names of all functions. So there is one
# variable per resource of the API.
VARIABLES: tuple[Variable | TaggedResource, ...] = (
    *(Variable(name, "AWS/Lambda", "Invocations", "FunctionName", pattern) for name, pattern in _ROUTES.items()),
    Variable("stages", "AWS/Lambda", "Invocations", "FunctionName", f"(?:{'|'.join(_STAGES)})"),
    Variable("queues", "AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", f"(?:{'|'.join(_QUEUES)})"),
    Variable("dlqs", "AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", f"(?:{'|'.join(_DLQS)})"),
    Variable("topic", "AWS/SNS", "NumberOfMessagesPublished", "TopicName", "Topic"),
    # RDS lowercases names, and this one is in a nested stack.
    Variable("user_db", "AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", "user-?db", ignore_case=True),
    TaggedResource("api", "apigateway", r"\/apis\/(\w+)$"),
    TaggedResource("distribution", "cloudfront:distribution", r":distribution\/(\w+)$", region=CLOUDFRONT_REGION),
)

_STACK = Resources("Stack", ("Stack",), ("$stack",))
_API = Resources("ApiId", ("Api",), ("$api",))
_STAGE_FUNCTIONS = Resources("FunctionName", _STAGES, ("$stages",))
_FUNCTIONS = Resources("FunctionName", _STAGES, ("$stages", *(f"${name}" for name in _ROUTES)), listed="RouteFunctions")
_STREAM_FUNCTION = Resources("FunctionName", ("OfficialRecord",), ("$stages",))
_QUEUE = Resources("QueueName", _QUEUES, ("$queues",))
_DLQ = Resources("QueueName", _DLQS, ("$dlqs",))
_TOPIC = Resources("TopicName", ("Topic",), ("$topic",))
_TABLE_NAMES = ("official_marathon", "player", "official_record", "non_official_record")
_TABLES = Resources(
    "TableName",
    ("OfficialMarathonTable", "PlayerTable", "OfficialRecordTable", "NonOfficialRecordTable"),
    tuple(f"${{stack}}-{name}" for name in _TABLE_NAMES),
    names=_TABLE_NAMES,
)
_INDEXES = {
    "OfficialMarathonTable": ("by_calendar", "by_organizer"),
    "PlayerTable": ("by_user",),
    "OfficialRecordTable": ("by_rank", "by_gender", "by_division", "by_name", "by_user"),
}
# The dimensions depend on the engine. For Aurora they select the writer.
_USER_DB = Resources("${UserDbDimensions}", ("UserDb",), ("$user_db",), dimension_in_grafana="DBInstanceIdentifier")
_DISTRIBUTION = Resources("DistributionId", ("Distribution",), ("$distribution",), fixed={"Region": "Global"})


def _index(table: str, index: str) -> Resources:
    position = _TABLES.parameters.index(table)
    return Resources(
        "TableName",
        (table,),
        (_TABLES.values[position],),
        names=(f"{_TABLES.names[position]}/{index}",),
        fixed={"GlobalSecondaryIndexName": index},
    )


def _stack(name: str, statistic: str, label: str) -> Metric:
    return Metric("mrmrthon", name, statistic, _STACK, label)


def _api(name: str, statistic: str, label: str) -> Metric:
    return Metric("AWS/ApiGateway", name, statistic, _API, label)


def _lambda(name: str, statistic: str, of: Resources | None = _FUNCTIONS, label: str = "") -> Metric:
    return Metric("AWS/Lambda", name, statistic, of, label)


def _sqs(name: str, statistic: str, of: Resources, label: str = "") -> Metric:
    return Metric("AWS/SQS", name, statistic, of, label)


def _capacity(kind: str) -> tuple[Metric, ...]:
    return (
        Metric("AWS/DynamoDB", f"Consumed{kind}CapacityUnits", "Sum", _TABLES, "consumed", per_second=True),
        Metric("AWS/DynamoDB", f"Provisioned{kind}CapacityUnits", "Average", _TABLES, "provisioned"),
    )


def _rds(name: str, statistic: str, label: str) -> Metric:
    return Metric("AWS/RDS", name, statistic, _USER_DB, label)


def _cloudfront(name: str, statistic: str, label: str) -> Metric:
    return Metric("AWS/CloudFront", name, statistic, _DISTRIBUTION, label)


_ON_DEMAND = "On-demand tables have no provisioned capacity."

ROWS = (
    Row(
        "Race",
        (
            Panel(
                "Records entered",
                "Stream records that official-record processed: new, corrected and deleted official records.",
                (_stack("RecordsSeen", "Sum", "records"),),
                bars=True,
            ),
            Panel(
                "Points awarded",
                "Points added to the ledger, and points revoked by corrections.",
                (_stack("PointsAwarded", "Sum", "awarded"), _stack("PointsRevoked", "Sum", "revoked")),
                bars=True,
            ),
            Panel(
                "Points latency",
                "Time from a change of a record to its points in the ledger. After an outage it includes the outage.",
                tuple(_stack("RecordToPoints", percentile, percentile) for percentile in ("p50", "p95", "p99")),
                unit="ms",
                thresholds=(60_000,),
            ),
            Panel(
                "Discord notifications",
                "Messages posted to Discord. One message contains many awards.",
                (_stack("DigestsPosted", "Sum", "messages"),),
                bars=True,
            ),
            Panel(
                "Duplicate and poison messages",
                "Duplicate deliveries are normal and have no effect. Messages that cannot be parsed go to a dead-letter"
                " queue.",
                (
                    _stack("DuplicatesIgnored", "Sum", "duplicates"),
                    _stack("PoisonMessages", "Sum", "poison messages"),
                ),
                bars=True,
            ),
            Panel(
                "Audit differences",
                "Differences between records, ledger and totals, one data point per audit. Alarms above 0.",
                (_stack("AuditDifferences", "Maximum", "differences"),),
                bars=True,
                thresholds=(1,),
            ),
        ),
    ),
    Row(
        "API",
        (
            Panel("Requests", "All requests to the API.", (_api("Count", "Sum", "requests"),), bars=True),
            Panel(
                "Errors",
                "4xx: client errors, including wrong passwords. 5xx: server errors.",
                (_api("4xx", "Sum", "4xx"), _api("5xx", "Sum", "5xx")),
                bars=True,
            ),
            Panel(
                "Latency",
                "Time from request to response. IntegrationLatency is the part of the functions.",
                (
                    *(_api("Latency", percentile, percentile) for percentile in ("p50", "p95", "p99")),
                    _api("IntegrationLatency", "p95", "p95, functions only"),
                ),
                unit="ms",
                thresholds=(1_500,),
            ),
        ),
    ),
    Row(
        "Functions",
        (
            Panel("Invocations", "Invocations per function.", (_lambda("Invocations", "Sum"),)),
            Panel(
                "Errors by function",
                "Invocations that failed, timed out or crashed. A 5xx response is not an error to Lambda.",
                (_lambda("Errors", "Sum"),),
                bars=True,
            ),
            Panel(
                "Duration by function",
                "p95 of all invocations, without init duration.",
                (_lambda("Duration", "p95"),),
                unit="ms",
            ),
            Panel(
                "Concurrency by function",
                "Concurrent executions per function, and of the account, which has a limit.",
                (
                    _lambda("ConcurrentExecutions", "Maximum"),
                    _lambda("ConcurrentExecutions", "Maximum", None, "account"),
                ),
            ),
            Panel(
                "Throttled invocations",
                "Invocations that exceeded a concurrency limit. Event sources retry; API clients get a 5xx.",
                (_lambda("Throttles", "Sum"), _lambda("Throttles", "Sum", None, "account")),
                bars=True,
                thresholds=(1,),
            ),
            LogPanel(
                "Warm invocations",
                "Duration of invocations without a cold start, from REPORT lines in the logs.",
                'filter @type = "REPORT" and not ispresent(@initDuration)\n'
                "| stats pct(@duration, 50) as p50, pct(@duration, 95) as p95, pct(@duration, 99) as p99 by bin(5m)",
                unit="ms",
            ),
            LogPanel(
                "Cold starts",
                "Duration of invocations with a cold start, including init duration, from REPORT lines in the logs.",
                'filter @type = "REPORT" and ispresent(@initDuration)\n'
                "| stats pct(@initDuration + @duration, 50) as p50, pct(@initDuration + @duration, 95) as p95,"
                " pct(@initDuration, 95) as init_p95 by bin(5m)",
                unit="ms",
            ),
            LogPanel(
                "Cold starts and memory by function",
                "Number of invocations and cold starts, init and total duration (ms), and maximum memory used (MB).",
                'filter @type = "REPORT"\n'
                r"| parse @logStream /^\d+\/\d+\/\d+\/(?<function>[^\[]+)\[/"
                "\n"
                "| stats count(*) as invocations, count(@initDuration) as cold_starts,"
                " pct(@initDuration, 95) as init_p95, pct(@duration, 95) as duration_p95,"
                " max(@maxMemoryUsed / 1000 / 1000) as memory by function\n"
                "| sort invocations desc",
                table=True,
                width=16,
            ),
        ),
    ),
    Row(
        "Queues",
        (
            Panel(
                "Visible messages",
                "Messages waiting to be received.",
                (_sqs("ApproximateNumberOfMessagesVisible", "Maximum", _QUEUE),),
            ),
            Panel(
                "In-flight messages",
                "Messages received by a function and not yet deleted.",
                (_sqs("ApproximateNumberOfMessagesNotVisible", "Maximum", _QUEUE),),
            ),
            Panel(
                "Age of the oldest message",
                "Delay of each queue. Alarms above 5 minutes for points and 15 minutes for notifications.",
                (_sqs("ApproximateAgeOfOldestMessage", "Maximum", _QUEUE),),
                unit="s",
                thresholds=(300, 900),
            ),
            Panel(
                "Dead-letter queues",
                "Messages that need manual action. Alarms above 0.",
                (_sqs("ApproximateNumberOfMessagesVisible", "Maximum", _DLQ),),
                bars=True,
                thresholds=(1,),
            ),
            Panel(
                "Stream iterator age",
                "Delay of official-record behind the official_record table.",
                (_lambda("IteratorAge", "Maximum", _STREAM_FUNCTION),),
                unit="ms",
                thresholds=(300_000,),
            ),
            Panel(
                "Topic",
                "Messages published, and messages that SNS could not deliver.",
                (
                    Metric("AWS/SNS", "NumberOfMessagesPublished", "Sum", _TOPIC, "published"),
                    Metric("AWS/SNS", "NumberOfNotificationsFailed", "Sum", _TOPIC, "failed deliveries"),
                ),
                bars=True,
            ),
        ),
    ),
    Row(
        "main_db (DynamoDB)",
        (
            Panel("Read capacity", f"Capacity units per second, by table. {_ON_DEMAND}", _capacity("Read")),
            Panel("Write capacity", f"Capacity units per second, by table. {_ON_DEMAND}", _capacity("Write")),
            Panel(
                "Throttled reads and writes",
                "By table, and writes also by index, because a throttled index throttles writes to its table.",
                (
                    Metric("AWS/DynamoDB", "ReadThrottleEvents", "Sum", _TABLES, "reads"),
                    Metric("AWS/DynamoDB", "WriteThrottleEvents", "Sum", _TABLES, "writes"),
                    *(
                        Metric("AWS/DynamoDB", "WriteThrottleEvents", "Sum", _index(table, index), "writes")
                        for table, indexes in _INDEXES.items()
                        for index in indexes
                    ),
                ),
                bars=True,
            ),
        ),
    ),
    Row(
        "user_db (Aurora or RDS)",
        (
            Panel(
                "CPU",
                "For Aurora, CloudWatch shows the writer and Grafana all instances.",
                (_rds("CPUUtilization", "Average", "CPU"),),
                unit="percent",
                thresholds=(80,),
                width=6,
            ),
            Panel(
                "Connections",
                "One per execution environment of a function that uses user_db.",
                (_rds("DatabaseConnections", "Maximum", "connections"),),
                width=6,
            ),
            Panel(
                "Freeable memory",
                "For Aurora Serverless, at its maximum capacity. Alarms below 128 MiB.",
                (_rds("FreeableMemory", "Minimum", "memory"),),
                unit="bytes",
                width=6,
            ),
            Panel(
                "Aurora Serverless capacity",
                "Share of the maximum capacity, and capacity units (ACUs). Empty for RDS.",
                (
                    _rds("ACUUtilization", "Average", "% of the maximum"),
                    _rds("ServerlessDatabaseCapacity", "Average", "ACU"),
                ),
                thresholds=(90,),
                width=6,
            ),
        ),
    ),
    Row(
        "CloudFront",
        (
            Panel(
                "CloudFront requests",
                "All requests to the site, including those to the API through it.",
                (_cloudfront("Requests", "Sum", "requests"),),
                bars=True,
                region=CLOUDFRONT_REGION,
            ),
            Panel(
                "CloudFront errors",
                "Share of all responses. 4xx: client errors. 5xx: server errors.",
                (_cloudfront("4xxErrorRate", "Average", "4xx"), _cloudfront("5xxErrorRate", "Average", "5xx")),
                unit="percent",
                thresholds=(5,),
                region=CLOUDFRONT_REGION,
            ),
            Panel(
                "Bytes downloaded",
                "Bytes sent to viewers, which CloudFront bills.",
                (_cloudfront("BytesDownloaded", "Sum", "bytes"),),
                unit="bytes",
                bars=True,
                region=CLOUDFRONT_REGION,
            ),
        ),
    ),
)
