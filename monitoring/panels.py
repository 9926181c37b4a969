"""What the dashboards show, from the race down to the edge."""

from .model import EDGE, LogPanel, Metric, Panel, Resources, Row, Tagged, Variable

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

# A search in CloudWatch takes 1,024 characters, too few for the names of all functions at once: hence one variable for
# each resource of the API.
VARIABLES: tuple[Variable | Tagged, ...] = (
    *(Variable(name, "AWS/Lambda", "Invocations", "FunctionName", pattern) for name, pattern in _ROUTES.items()),
    Variable("stages", "AWS/Lambda", "Invocations", "FunctionName", f"(?:{'|'.join(_STAGES)})"),
    Variable("queues", "AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", f"(?:{'|'.join(_QUEUES)})"),
    Variable("dlqs", "AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", f"(?:{'|'.join(_DLQS)})"),
    Variable("topic", "AWS/SNS", "NumberOfMessagesPublished", "TopicName", "Topic"),
    # RDS writes names in small letters, and this one is in a nested stack.
    Variable("user_db", "AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", "user-?db", ignore_case=True),
    Tagged("api", "apigateway", r"\/apis\/(\w+)$"),
    Tagged("distribution", "cloudfront:distribution", r":distribution\/(\w+)$", region=EDGE),
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
# Which dimensions they are depends on the engine: of Aurora, the instance that writes.
_USER_DB = Resources("${UserDbDimensions}", ("UserDb",), ("$user_db",), dimension_in_grafana="DBInstanceIdentifier")
_DISTRIBUTION = Resources("DistributionId", ("Distribution",), ("$distribution",), fixed={"Region": "Global"})


def _index(table: str, index: str) -> Resources:
    at = _TABLES.parameters.index(table)
    return Resources(
        "TableName",
        (table,),
        (_TABLES.values[at],),
        names=(f"{_TABLES.names[at]}/{index}",),
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


def _edge(name: str, statistic: str, label: str) -> Metric:
    return Metric("AWS/CloudFront", name, statistic, _DISTRIBUTION, label)


_ON_DEMAND = "Tables on demand have nothing provisioned, so that line is there only for tables that were switched."

ROWS = (
    Row(
        "Race",
        (
            Panel(
                "Records entered",
                "Changes of official records that the stream brought: new ones, corrections and removals.",
                (_stack("RecordsSeen", "Sum", "records"),),
                bars=True,
            ),
            Panel(
                "Points awarded",
                "Points that entered the ledger, and points that corrections took back.",
                (_stack("PointsAwarded", "Sum", "awarded"), _stack("PointsRevoked", "Sum", "taken back")),
                bars=True,
            ),
            Panel(
                "From record to points",
                "From the change of a record to its points in the ledger. After an outage it shows how long that was.",
                tuple(_stack("RecordToPoints", percentile, percentile) for percentile in ("p50", "p95", "p99")),
                unit="ms",
                thresholds=(60_000,),
            ),
            Panel(
                "Told to Discord",
                "Messages that Discord took; one tells of many awards.",
                (_stack("DigestsPosted", "Sum", "messages"),),
                bars=True,
            ),
            Panel(
                "Repeated and not understood",
                "Deliveries of what was in the ledger already are normal and do nothing. What no stage understands ends"
                " in a dead-letter queue.",
                (
                    _stack("DuplicatesIgnored", "Sum", "delivered again"),
                    _stack("PoisonMessages", "Sum", "not understood"),
                ),
                bars=True,
            ),
            Panel(
                "Differences an audit found",
                "Between records, ledger and totals. A point for each audit; anything but 0 is an alarm.",
                (_stack("AuditDifferences", "Maximum", "differences"),),
                bars=True,
                thresholds=(1,),
            ),
        ),
    ),
    Row(
        "API",
        (
            Panel("Requests", "All requests that reached the API.", (_api("Count", "Sum", "requests"),), bars=True),
            Panel(
                "Errors",
                "4xx: what callers did wrong, among it every wrong password. 5xx: what we did wrong.",
                (_api("4xx", "Sum", "4xx"), _api("5xx", "Sum", "5xx")),
                bars=True,
            ),
            Panel(
                "Latency",
                "From a request's arrival to its answer; the functions' part of it alone is the last line.",
                (
                    *(_api("Latency", percentile, percentile) for percentile in ("p50", "p95", "p99")),
                    _api("IntegrationLatency", "p95", "p95, functions alone"),
                ),
                unit="ms",
                thresholds=(1_500,),
            ),
        ),
    ),
    Row(
        "Functions",
        (
            Panel("Calls", "How often each function was called.", (_lambda("Invocations", "Sum"),)),
            Panel(
                "Errors by function",
                "Calls that ended in an error, a timeout or a crash. A 5xx that a route answers is no error to Lambda.",
                (_lambda("Errors", "Sum"),),
                bars=True,
            ),
            Panel(
                "Duration by function",
                "p95 of all calls, without the start of an environment.",
                (_lambda("Duration", "p95"),),
                unit="ms",
            ),
            Panel(
                "Concurrency by function",
                "Environments that worked at once, and what the whole account used of its limit.",
                (
                    _lambda("ConcurrentExecutions", "Maximum"),
                    _lambda("ConcurrentExecutions", "Maximum", None, "whole account"),
                ),
            ),
            Panel(
                "Refused for concurrency",
                "Calls that Lambda refused. Queues and the stream come back with theirs; callers of the API get a 5xx.",
                (_lambda("Throttles", "Sum"), _lambda("Throttles", "Sum", None, "whole account")),
                bars=True,
                thresholds=(1,),
            ),
            LogPanel(
                "Warm calls",
                "Duration of calls that found an environment ready, from Lambda's reports in the logs.",
                'filter @type = "REPORT" and not ispresent(@initDuration)\n'
                "| stats pct(@duration, 50) as p50, pct(@duration, 95) as p95, pct(@duration, 99) as p99 by bin(5m)",
                unit="ms",
            ),
            LogPanel(
                "Cold calls",
                "Duration of calls that waited for a new environment, its start included, from Lambda's reports in the"
                " logs.",
                'filter @type = "REPORT" and ispresent(@initDuration)\n'
                "| stats pct(@initDuration + @duration, 50) as p50, pct(@initDuration + @duration, 95) as p95,"
                " pct(@initDuration, 95) as start_p95 by bin(5m)",
                unit="ms",
            ),
            LogPanel(
                "Starts and memory by function",
                "How many calls were cold, how long a start takes (ms), and the most memory used (MB).",
                'filter @type = "REPORT"\n'
                r"| parse @logStream /^\d+\/\d+\/\d+\/(?<function>[^\[]+)\[/"
                "\n"
                "| stats count(*) as calls, count(@initDuration) as cold, pct(@initDuration, 95) as start_p95,"
                " pct(@duration, 95) as duration_p95, max(@maxMemoryUsed / 1000 / 1000) as memory by function\n"
                "| sort calls desc",
                table=True,
                width=16,
            ),
        ),
    ),
    Row(
        "Queues",
        (
            Panel(
                "Waiting",
                "Messages that nobody has taken yet.",
                (_sqs("ApproximateNumberOfMessagesVisible", "Maximum", _QUEUE),),
            ),
            Panel(
                "In work",
                "Messages that a function has taken and not finished.",
                (_sqs("ApproximateNumberOfMessagesNotVisible", "Maximum", _QUEUE),),
            ),
            Panel(
                "Age of the oldest message",
                "How far a queue is behind: an alarm begins at 5 minutes for points, at 15 for notices.",
                (_sqs("ApproximateAgeOfOldestMessage", "Maximum", _QUEUE),),
                unit="s",
                thresholds=(300, 900),
            ),
            Panel(
                "Dead-letter queues",
                "What waits for somebody. Anything but 0 is an alarm.",
                (_sqs("ApproximateNumberOfMessagesVisible", "Maximum", _DLQ),),
                bars=True,
                thresholds=(1,),
            ),
            Panel(
                "Age of the stream",
                "How far official-record is behind the official_record table.",
                (_lambda("IteratorAge", "Maximum", _STREAM_FUNCTION),),
                unit="ms",
                thresholds=(300_000,),
            ),
            Panel(
                "Topic",
                "What was published, and what SNS could not deliver.",
                (
                    Metric("AWS/SNS", "NumberOfMessagesPublished", "Sum", _TOPIC, "published"),
                    Metric("AWS/SNS", "NumberOfNotificationsFailed", "Sum", _TOPIC, "not delivered"),
                ),
                bars=True,
            ),
        ),
    ),
    Row(
        "main_db (DynamoDB)",
        (
            Panel("Read capacity", f"Units a second, by table. {_ON_DEMAND}", _capacity("Read")),
            Panel("Write capacity", f"Units a second, by table. {_ON_DEMAND}", _capacity("Write")),
            Panel(
                "Refused reads and writes",
                "By table, and writes by index: an index that cannot keep up refuses writes to its table.",
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
                "Of Aurora, CloudWatch shows the instance that writes, and Grafana all.",
                (_rds("CPUUtilization", "Average", "CPU"),),
                unit="percent",
                thresholds=(80,),
                width=6,
            ),
            Panel(
                "Connections",
                "One for each environment of a function that uses user_db.",
                (_rds("DatabaseConnections", "Maximum", "connections"),),
                width=6,
            ),
            Panel(
                "Memory left",
                "Of Aurora Serverless: at its highest capacity. An alarm begins below 128 MiB.",
                (_rds("FreeableMemory", "Minimum", "memory"),),
                unit="bytes",
                width=6,
            ),
            Panel(
                "Capacity of Aurora Serverless",
                "Used share of the highest capacity, and capacity units (ACU) in use. Empty for RDS.",
                (
                    _rds("ACUUtilization", "Average", "% of the highest"),
                    _rds("ServerlessDatabaseCapacity", "Average", "ACU"),
                ),
                thresholds=(90,),
                width=6,
            ),
        ),
    ),
    Row(
        "Edge (CloudFront)",
        (
            Panel(
                "Requests at the edge",
                "All requests to the site and, through it, to the API.",
                (_edge("Requests", "Sum", "requests"),),
                bars=True,
                region=EDGE,
            ),
            Panel(
                "Errors at the edge",
                "Share of all answers. 4xx: what callers did wrong. 5xx: what we did wrong.",
                (_edge("4xxErrorRate", "Average", "4xx"), _edge("5xxErrorRate", "Average", "5xx")),
                unit="percent",
                thresholds=(5,),
                region=EDGE,
            ),
            Panel(
                "Bytes sent",
                "What CloudFront sent to viewers, and what it is paid for.",
                (_edge("BytesDownloaded", "Sum", "bytes"),),
                unit="bytes",
                bars=True,
                region=EDGE,
            ),
        ),
    ),
)
