"""The monthly bill of the stack, as samconfig.toml deploys prod."""

from collections.abc import Iterable
from typing import NamedTuple

from . import traffic
from .inputs import FREE, MEASURES, PRICES, RACE, STACK

MONTH_SECONDS = STACK.hours * 3600
_DAYS = STACK.hours / 24
_API_GB, _LOGIN_GB = 0.25, 0.5
_LONG_POLL_SECONDS = 20
_PIPELINE_STAGES = 3

# DynamoDB write units. A transaction writes each item twice and the indexes once; every item is below 1 KB.
# A result: the record and its 5 indexes; the record's mark at the player and its index.
RESULT_WRITES = (2 + 5) + (2 + 1)
# An application: the bib number at the race and its index; then race and index, pointer, player and index.
APPLICATION_WRITES = (1 + 1) + (2 + 1) + 2 + (2 + 1)
# A correction of a time: the record, 3 indexes where it moves (delete and put), 2 indexes where it is overwritten.
CORRECTION_WRITES = 1 + 3 * 2 + 2
# DynamoDB read units: the race (eventually consistent), and for a result also the player (strongly consistent).
_RESULT_READS, _APPLICATION_READS = 1.5, 0.5


class Item(NamedTuple):
    """An item of the bill: how much of what the stack uses at rest, and how much more for a race."""

    group: str
    name: str
    price: str
    rest: float
    race: float
    formula: str

    def usd(self, quantity: float) -> float:
        """The cost of a quantity."""
        return quantity * PRICES[self.price]


def items() -> list[Item]:
    """All items of the bill."""
    return [*_requests(), *_user_db(), *_network(), *_edge(), *_main_db(), *_messages(), *_observability()]


def rest(bill: Iterable[Item]) -> float:
    """The cost of a month without a race."""
    return sum(item.usd(item.rest) for item in bill)


def race(bill: Iterable[Item]) -> float:
    """What a race adds."""
    return sum(item.usd(item.race) for item in bill)


def with_allowances(bill: Iterable[Item]) -> float:
    """The cost of a month with a race after the free allowances of an account."""
    used: dict[str, float] = {}
    for item in bill:
        used[item.price] = used.get(item.price, 0) + item.rest + item.race
    return sum(max(0, quantity - FREE.get(name, 0)) * PRICES[name] for name, quantity in used.items())


def origin_request() -> float:
    """The cost of a read that no cache answers, without CloudFront and DynamoDB."""
    compute = _API_GB * MEASURES.read_ms / 1000 * PRICES["lambda_gb_second"]
    return PRICES["api_request"] + PRICES["lambda_request"] + compute + MEASURES.log_kb / 1e6 * PRICES["log_gb"]


def waf_requests() -> float:
    """What the requests of a race cost with WAF."""
    requests = sum(item.race for item in items() if item.price == "cloudfront_request")
    return requests * PRICES["waf_request"]


def variants() -> list[tuple[str, float]]:
    """Other configurations and their cost at rest."""
    base = rest(items())
    aurora = STACK.acu_min * STACK.hours * PRICES["acu_hour"]
    aurora_storage = STACK.user_db_gb * PRICES["aurora_gb_month"]
    rds = STACK.hours * PRICES["rds_small_hour"] + STACK.rds_gb * PRICES["rds_gb_month"]
    waf = PRICES["waf_acl_month"] + STACK.waf_rules * PRICES["waf_rule_month"]
    proxy = STACK.proxy_acus * STACK.hours * PRICES["rds_proxy_acu_hour"]
    return [
        ("**prod: Aurora at 0.5 ACU, one instance**", base),
        ("with a reader in the other zone, for a failover in seconds", base + aurora),
        ("with user_db on RDS db.t4g.small in one zone", base - aurora - aurora_storage + rds),
        ("with RDS Proxy", base + proxy),
        (f"with WAF (4 rules; the requests of a race add {waf_requests():,.2f})", base + waf),
        ("dev: Aurora pauses at 0 ACU when idle", base - aurora),
    ]


def _requests() -> list[Item]:
    group = "API Gateway and Lambda"
    invocations = traffic.API_REQUESTS + _PIPELINE_STAGES * traffic.RESULTS
    api_ms = (
        (traffic.ORIGIN_READS + traffic.UNCACHED_READS) * MEASURES.read_ms
        + traffic.WRITES * MEASURES.write_ms
        + _PIPELINE_STAGES * traffic.RESULTS * MEASURES.stage_ms
    )
    return [
        Item(group, "API Gateway", "api_request", 0, traffic.API_REQUESTS, "uncached reads + logins + writes"),
        Item(
            group,
            "Lambda, requests",
            "lambda_request",
            _DAYS,
            invocations,
            "at rest: the daily audit; race: API requests + 3 stages per result",
        ),
        Item(
            group,
            "Lambda, compute",
            "lambda_gb_second",
            MEASURES.audit_seconds * _API_GB * _DAYS,
            (_API_GB * api_ms + _LOGIN_GB * traffic.LOGINS * MEASURES.login_ms) / 1000,
            "256 MB × ms, 512 MB for logins; at rest: the audit",
        ),
    ]


def _user_db() -> list[Item]:
    group = "user_db (Aurora)"
    return [
        Item(
            group,
            "Aurora Serverless v2",
            "acu_hour",
            STACK.acu_min * STACK.hours,
            (STACK.acu_race - STACK.acu_min) * STACK.acu_race_hours,
            "0.5 ACU always, 2 ACU for 16 h",
        ),
        Item(group, "Aurora, storage", "aurora_gb_month", STACK.user_db_gb, 0, "GB used"),
        Item(group, "Aurora, I/O", "aurora_io", 0, STACK.user_db_io_race, ""),
    ]


def _network() -> list[Item]:
    group = "network"
    return [
        Item(
            group,
            "SNS endpoint",
            "endpoint_hour",
            STACK.endpoint_azs * STACK.hours,
            0,
            "2 zones × 730 h; DynamoDB's gateway endpoint is free",
        ),
        Item(group, "SNS endpoint, data", "endpoint_gb", 0, traffic.RESULTS / 1e6, "at most 1 kB per result"),
    ]


def _edge() -> list[Item]:
    group = "CloudFront and site"
    uncached = traffic.API_REQUESTS - traffic.ORIGIN_READS
    uncached_gb = uncached * (1 + RACE.header_kb) / 1e6
    return [
        Item(
            group,
            "CloudFront, requests",
            "cloudfront_request",
            0,
            traffic.POLLS + RACE.spectators * RACE.site_requests + uncached,
            "polls + spectators × files of the site + requests that are not cached",
        ),
        Item(
            group,
            "CloudFront, data",
            "cloudfront_gb",
            0,
            traffic.POLLS * traffic.POLL_KB / 1e6 + RACE.spectators * RACE.site_mb / 1e3 + uncached_gb,
            "polls × kB + spectators × site + requests that are not cached",
        ),
        Item(group, "S3, site", "s3_gb_month", STACK.site_gb, 0, ""),
        Item(group, "Route 53", "zone_month", 1, 0, "one zone; alias queries are free"),
    ]


def _main_db() -> list[Item]:
    group = "main_db (DynamoDB)"
    records_gb = STACK.records * (STACK.item_kb + 0.1) * STACK.indexed_copies / 1e6
    players_gb = STACK.records * STACK.player_kb / 1e6
    return [
        Item(
            group,
            "DynamoDB, writes",
            "dynamodb_write",
            0,
            RACE.runners * RESULT_WRITES
            + traffic.APPLICATIONS * APPLICATION_WRITES
            + RACE.corrections * CORRECTION_WRITES,
            f"{RESULT_WRITES} per result, {APPLICATION_WRITES} per application, {CORRECTION_WRITES} per correction",
        ),
        Item(
            group,
            "DynamoDB, reads",
            "dynamodb_read",
            STACK.records * STACK.item_kb / 8 * _DAYS,
            traffic.MEAN.bibs * traffic.SECONDS * MEASURES.bib_read_units
            + traffic.MEAN.lists * traffic.SECONDS * MEASURES.list_read_units
            + RACE.runners * _RESULT_READS
            + traffic.APPLICATIONS * _APPLICATION_READS
            + traffic.UNCACHED_READS,
            "at rest: the daily audit reads all results; race: uncached reads × units",
        ),
        Item(
            group, "DynamoDB, storage", "dynamodb_gb_month", records_gb + players_gb, 0, "results × 6 copies + players"
        ),
        Item(
            group,
            "DynamoDB, PITR",
            "dynamodb_pitr_gb_month",
            records_gb / STACK.indexed_copies + players_gb / 2,
            0,
            "the tables without their indexes",
        ),
    ]


def _messages() -> list[Item]:
    group = "SNS, SQS, secrets"
    return [
        Item(
            group,
            "SNS",
            "sns_request",
            0,
            2 * traffic.RESULTS,
            "at most one publish per result and one per notification",
        ),
        Item(
            group,
            "SQS",
            "sqs_request",
            STACK.pollers * MONTH_SECONDS / _LONG_POLL_SECONDS,
            6 * traffic.RESULTS,
            "at rest: long polls; race: at most send, receive and delete, on two queues",
        ),
        Item(group, "Secrets Manager", "secret_month", STACK.secrets, 0, "secrets"),
    ]


def _observability() -> list[Item]:
    group = "CloudWatch"
    invocations = traffic.API_REQUESTS + _PIPELINE_STAGES * traffic.RESULTS
    log_gb = invocations * MEASURES.log_kb / 1e6
    return [
        Item(group, "CloudWatch, logs", "log_gb", 0, log_gb, f"{MEASURES.log_kb} kB per request"),
        Item(group, "CloudWatch, log storage", "log_gb_month", 0, log_gb, "each month until the retention ends"),
        Item(group, "CloudWatch, metrics", "metric_month", STACK.metrics, 0, "EMF metrics"),
        Item(group, "CloudWatch, alarms", "alarm_month", STACK.alarms, 0, "alarms"),
        Item(group, "CloudWatch, dashboard", "dashboard_month", 1, 0, ""),
    ]
