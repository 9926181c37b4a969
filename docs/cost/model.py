"""What the stack costs and where it meets its limits, next to the design it replaced.

`python3 docs/cost/model.py` computes both from prices.json and quantities.json and writes the tables of docs/cost.md
and docs/scale.md and the chart; with `--check` it writes nothing and fails when one of them is another.
"""

import json
import re
import sys
from collections.abc import Callable, Iterable
from math import ceil, exp, log10
from pathlib import Path
from typing import NamedTuple

import chart

HERE = Path(__file__).parent
PRICE_LIST = json.loads((HERE / "prices.json").read_text(encoding="utf-8"))
PRICES: dict[str, float] = {name: price["usd"] for name, price in PRICE_LIST["prices"].items()}


class Group:
    """One group of quantities, by name."""

    def __init__(self, name: str) -> None:
        """Read the group; what each quantity is stands beside it in the file."""
        quantities = json.loads((HERE / "quantities.json").read_text(encoding="utf-8"))
        self.values: dict[str, float] = {key: value for key, (value, _) in quantities[name].items()}

    def __getattr__(self, name: str) -> float:
        """Answer a quantity."""
        return self.values[name]


RACE, TAKES, STACK, OLD, FREE = (Group(name) for name in ("race", "measures", "stack", "replaced", "free"))

MONTH = STACK.hours * 3600
DAYS = STACK.hours / 24
API_GB, LOGIN_GB = 0.25, 0.5
LONG_POLL_SECONDS = 20

# ---------------------------------------------------------------- what the code does, in DynamoDB's units

# A transaction writes each item twice, the indexes follow once; every item is below 1 KB.
# enter_record: the record and its 5 indexes, the note at the player and its index.
RECORD_WRITES = (2 + 5) + (2 + 1)
# apply: the bib drawn from the race and its index; then race and index, pointer, player and index in a transaction.
APPLY_WRITES = (1 + 1) + (2 + 1) + 2 + (2 + 1)
# correct_record: a new time moves the record in 3 indexes (delete and put) and is copied to 2.
CORRECTION_WRITES = 1 + 3 * 2 + 2
# official-records-create reads the race (eventually) and the player (strongly consistent), players-apply the race.
RECORD_READS, APPLY_READS = 1.5, 0.5

# ---------------------------------------------------------------- load


class Load(NamedTuple):
    """Requests a second while results come in."""

    edge: float
    bibs: float
    lists: float

    @property
    def origin(self) -> float:
        """What no cache answers."""
        return self.bibs + self.lists


def misses(rate: float, urls: float, ttl: float) -> float:
    """Requests a second that reach the origin when `rate` of them fall on `urls` at random.

    An object is fetched once in each `ttl` in which anybody asks for it: 1 - exp(-requests an object and ttl).
    """
    caches = RACE.caches
    return caches * urls / ttl * (1 - exp(-rate / caches * ttl / urls))


def load(factor: float) -> Load:
    """The load at `factor` times the mean of the race."""
    edge = factor * RACE.spectators * RACE.watched_minutes * 60 / RACE.poll_seconds / (RACE.hours * 3600)
    return Load(
        edge,
        misses(edge * RACE.bib_share, RACE.runners, RACE.ttl_seconds),
        misses(edge * (1 - RACE.bib_share), RACE.list_urls, RACE.ttl_seconds),
    )


MEAN, PEAK = load(1), load(RACE.peak_factor)
RACE_SECONDS = RACE.hours * 3600
POLLS = MEAN.edge * RACE_SECONDS
ORIGIN_READS = MEAN.origin * RACE_SECONDS
OWN_READS = RACE.runners * RACE.own_reads
LOGINS = RACE.runners * (1 + RACE.logins)  # a sign-up hashes as a login does
APPLICATIONS = RACE.runners
EVENTS = RACE.runners + RACE.corrections
WRITES = APPLICATIONS + EVENTS
API_REQUESTS = ORIGIN_READS + OWN_READS + LOGINS + WRITES
POLL_KB = RACE.bib_share * RACE.bib_kb + (1 - RACE.bib_share) * RACE.list_kb + RACE.header_kb
RACE_TASKS = max(OLD.tasks, ceil(PEAK.origin * TAKES.cpu_ms / 1000 / (OLD.task_vcpu * TAKES.task_load)))

# ---------------------------------------------------------------- cost


class Line(NamedTuple):
    """A line of the bill: how much of what at rest, and how much more for a race."""

    what: str
    price: str
    rest: float
    race: float
    formula: str

    def usd(self, quantity: float) -> float:
        """What a quantity costs."""
        return quantity * PRICES[self.price]


def shared() -> list[Line]:
    """What both designs have."""
    stored = STACK.records * (STACK.item_kb + 0.1) * STACK.indexed_copies / 1e6
    players = STACK.records * STACK.player_kb / 1e6
    private_gb = (API_REQUESTS - ORIGIN_READS) * (1 + RACE.header_kb) / 1e6
    return [
        Line(
            "CloudFront, requests",
            "cloudfront_request",
            0,
            POLLS + RACE.spectators * RACE.site_requests + API_REQUESTS - ORIGIN_READS,
            "polls + spectators × files of the site + requests that no cache answers",
        ),
        Line(
            "CloudFront, data",
            "cloudfront_gb",
            0,
            POLLS * POLL_KB / 1e6 + RACE.spectators * RACE.site_mb / 1e3 + private_gb,
            "polls × kB + spectators × site + the rest",
        ),
        Line(
            "DynamoDB, writes",
            "dynamodb_write",
            0,
            RACE.runners * RECORD_WRITES + APPLICATIONS * APPLY_WRITES + RACE.corrections * CORRECTION_WRITES,
            f"{RECORD_WRITES} a result, {APPLY_WRITES} an application, {CORRECTION_WRITES} a correction",
        ),
        Line(
            "DynamoDB, reads",
            "dynamodb_read",
            STACK.records * STACK.item_kb / 8 * DAYS,
            MEAN.bibs * RACE_SECONDS * TAKES.bib_read_units
            + MEAN.lists * RACE_SECONDS * TAKES.list_read_units
            + RACE.runners * RECORD_READS
            + APPLICATIONS * APPLY_READS
            + OWN_READS,
            "rest: the daily audit reads all results; race: origin reads × units",
        ),
        Line("DynamoDB, storage", "dynamodb_gb_month", stored + players, 0, "results × 6 copies + players"),
        Line(
            "DynamoDB, PITR",
            "dynamodb_pitr_gb_month",
            stored / STACK.indexed_copies + players / 2,
            0,
            "the tables without their indexes",
        ),
        Line("SNS", "sns_request", 0, 2 * EVENTS, "at most one publish a result and one a notice"),
        Line(
            "SQS",
            "sqs_request",
            STACK.pollers * MONTH / LONG_POLL_SECONDS,
            6 * EVENTS,
            "rest: long polls; race: at most send, receive, delete, on two queues",
        ),
        Line("S3, site", "s3_gb_month", STACK.site_gb, 0, ""),
        Line("Route 53", "zone_month", 1, 0, "one zone; alias queries are free"),
        Line("Secrets Manager", "secret_month", STACK.secrets, 0, "secrets"),
        Line("CloudWatch, metrics", "metric_month", STACK.metrics, 0, "EMF metrics"),
        Line("CloudWatch, alarms", "alarm_month", STACK.alarms, 0, "alarms"),
        Line("CloudWatch, dashboard", "dashboard_month", 1, 0, ""),
    ]


def logs(kilobytes: float, lines: float) -> list[Line]:
    """Lines of a log, kept for the month."""
    gigabytes = lines * kilobytes / 1e6
    return [
        Line("CloudWatch, logs", "log_gb", 0, gigabytes, f"{kilobytes} kB a request"),
        Line("CloudWatch, kept logs", "log_gb_month", 0, gigabytes, "each month until the retention ends"),
    ]


def serverless() -> list[Line]:
    """This design, as prod deploys it."""
    invocations = API_REQUESTS + 3 * EVENTS
    compute = API_GB * (
        (ORIGIN_READS + OWN_READS) * TAKES.read_ms + WRITES * TAKES.write_ms + 3 * EVENTS * TAKES.stage_ms
    )
    return [
        Line("API Gateway", "api_request", 0, API_REQUESTS, "origin reads + own reads + logins + writes"),
        Line("Lambda, requests", "lambda_request", DAYS, invocations, "API requests + at most 3 stages a result"),
        Line(
            "Lambda, compute",
            "lambda_gb_second",
            TAKES.audit_seconds * API_GB * DAYS,
            (compute + LOGIN_GB * LOGINS * TAKES.login_ms) / 1000,
            "256 MB × ms, 512 MB for logins; rest: the audit",
        ),
        Line(
            "user_db, Aurora Serverless v2",
            "acu_hour",
            STACK.acu_min * STACK.hours,
            (STACK.acu_race - STACK.acu_min) * STACK.acu_race_hours,
            "0.5 ACU always, 2 ACU for 16 h",
        ),
        Line("user_db, storage", "aurora_gb_month", STACK.user_db_gb, 0, "GB used"),
        Line("user_db, I/O", "aurora_io", 0, STACK.user_db_io_race, ""),
        Line(
            "SNS endpoint",
            "endpoint_hour",
            STACK.endpoint_azs * STACK.hours,
            0,
            "2 zones × 730 h; DynamoDB's gateway endpoint is free",
        ),
        Line("SNS endpoint, data", "endpoint_gb", 0, EVENTS / 1e6, "1 kB a notice at most"),
        *logs(TAKES.log_kb, invocations),
        *shared(),
    ]


def replaced() -> list[Line]:
    """The design that was replaced: containers behind a load balancer in private subnets, RDS beside them."""
    more_tasks = (RACE_TASKS - OLD.tasks) * OLD.race_hours
    origin_gb = API_REQUESTS * OLD.origin_kb / 1e6
    return [
        Line(
            "Fargate, vCPU",
            "fargate_vcpu_hour",
            OLD.tasks * OLD.task_vcpu * STACK.hours,
            more_tasks * OLD.task_vcpu,
            f"2 tasks of 0.5 vCPU; {RACE_TASKS:.0f} for 8 h",
        ),
        Line(
            "Fargate, memory",
            "fargate_gb_hour",
            OLD.tasks * OLD.task_gb * STACK.hours,
            more_tasks * OLD.task_gb,
            "1 GB a task",
        ),
        Line("Load balancer", "alb_hour", STACK.hours, 0, "one ALB"),
        Line("Load balancer, LCU", "lcu_hour", 0, origin_gb, "1 GB an LCU-hour, the dimension that leads"),
        Line("NAT gateways", "nat_hour", OLD.nat_gateways * STACK.hours, 0, "one in each of 2 zones"),
        Line(
            "NAT gateways, data",
            "nat_gb",
            0,
            API_REQUESTS * TAKES.container_log_kb / 1e6 + EVENTS / 1e6,
            "logs and SNS; DynamoDB through its gateway endpoint",
        ),
        Line("Public IPv4", "ipv4_hour", OLD.addresses * STACK.hours, 0, "2 of the NAT gateways, 2 of the ALB"),
        Line("user_db, RDS Multi-AZ", "rds_small_multi_az_hour", STACK.hours, 0, "db.t4g.small and its standby"),
        Line("user_db, storage", "rds_multi_az_gb_month", OLD.user_db_gb, 0, "gp3, both zones"),
        Line("ECR", "ecr_gb_month", OLD.image_gb, 0, "images"),
        *logs(TAKES.container_log_kb, API_REQUESTS),
        *shared(),
    ]


def rest(lines: Iterable[Line]) -> float:
    """A month without a race."""
    return sum(line.usd(line.rest) for line in lines)


def race(lines: Iterable[Line]) -> float:
    """What a race adds."""
    return sum(line.usd(line.race) for line in lines)


def with_free(lines: Iterable[Line]) -> float:
    """A month with a race after the allowances that AWS gives every account every month."""
    used: dict[str, float] = {}
    for line in lines:
        used[line.price] = used.get(line.price, 0) + line.rest + line.race
    return sum(max(0, quantity - FREE.values.get(name, 0)) * PRICES[name] for name, quantity in used.items())


NEW, BEFORE = serverless(), replaced()

# ---------------------------------------------------------------- steady load


def serverless_request() -> float:
    """One read at the origin; DynamoDB and CloudFront cost the same in both designs and are left out."""
    compute = API_GB * TAKES.read_ms / 1000 * PRICES["lambda_gb_second"]
    return PRICES["api_request"] + PRICES["lambda_request"] + compute + TAKES.log_kb / 1e6 * PRICES["log_gb"]


def replaced_request() -> float:
    """The same read in a container, without the tasks."""
    return (
        TAKES.container_log_kb / 1e6 * (PRICES["log_gb"] + PRICES["nat_gb"]) + OLD.origin_kb / 1e6 * PRICES["lcu_hour"]
    )


def task_month() -> float:
    """A task that is always on."""
    hour = OLD.task_vcpu * PRICES["fargate_vcpu_hour"] + OLD.task_gb * PRICES["fargate_gb_hour"]
    return hour * STACK.hours


def tasks(rate: float) -> float:
    """How many tasks `rate` requests a second need, at least the two that are always on."""
    return max(OLD.tasks, ceil(rate * TAKES.cpu_ms / 1000 / (OLD.task_vcpu * TAKES.task_load)))


def serverless_month(rate: float) -> float:
    """A month with `rate` reads a second at the origin, all the time."""
    return rest(NEW) + rate * MONTH * serverless_request()


def replaced_month(rate: float) -> float:
    """The same in the replaced design."""
    return rest(BEFORE) + (tasks(rate) - OLD.tasks) * task_month() + rate * MONTH * replaced_request()


def break_even(saving: float) -> float:
    """The rate at which what each request costs more has used up a `saving` of fixed costs, two tasks sufficing."""
    return saving / (MONTH * (serverless_request() - replaced_request()))


SAVING = rest(BEFORE) - rest(NEW)
PATH = {"Fargate, vCPU", "Fargate, memory", "Load balancer", "NAT gateways", "Public IPv4"}
PATH_SAVING = rest(line for line in BEFORE if line.what in PATH) - rest(
    line for line in NEW if line.what == "SNS endpoint"
)

# ---------------------------------------------------------------- limits


class Limit(NamedTuple):
    """A limit, and the load of one race in the same unit."""

    what: str
    scope: str
    rate: float
    load: float
    unit: str


def limits() -> list[Limit]:
    """What bounds the load, in requests, units or things a second unless the unit says otherwise."""
    opening = RACE.runners * RACE.opening_share / 60
    finishers = RACE.runners * RACE.peak_minute_share / 60
    notices = 5 * 60 / 2  # point-increase starts with five batches at a time and waits 2 s for each
    hashing = opening * TAKES.login_ms / 1000
    busy = max(hashing + opening * TAKES.write_ms / 1000, PEAK.origin * TAKES.read_ms / 1000)
    reads = PEAK.bibs * TAKES.bib_read_units + PEAK.lists * TAKES.list_read_units
    publishing = 100 / 10 * TAKES.publish_ms / 1000
    return [
        Limit("applications: transactions on the race's item", "race", 1000 / TAKES.transaction_ms, opening, "/s"),
        Limit("applications: write units of the race's item", "race", 1000 / 3, opening, "/s"),
        Limit("applications: write units of by_calendar's year", "account", 1000 / 2, opening, "/s"),
        Limit("API stage: requests", "account", 5000, PEAK.origin, "/s"),
        Limit("API Gateway: requests", "account", 10_000, PEAK.origin, "/s"),
        Limit("Discord: notices in 30 posts of 10", "channel", 30 * 10, notices, "/min"),
        Limit("results of bibs: read units", "race", 3000, PEAK.bibs * TAKES.bib_read_units, "/s"),
        Limit("official_record: read units of a new table", "account", 12_000, reads, "/s"),
        Limit("official_record: read units of a table", "account", 40_000, reads, "/s"),
        Limit("lists: read units of by_rank", "race", 3000 / 5, PEAK.lists, "/s"),
        Limit("results entered: write units", "race", 1000 / 2, finishers, "/s"),
        Limit("results entered: a shard of the stream", "race", 100 / publishing, finishers, "/s"),
        Limit("SNS: messages published (not checked)", "account", 3000, finishers + notices / 60, "/s"),
        Limit("user_db: connections at 8 ACU", "account", 1000, hashing + 5, ""),
        Limit("Lambda: concurrent executions", "account", 1000, busy, ""),
        Limit("CloudFront: requests", "account", 250_000, PEAK.edge, "/s"),
        Limit("CloudFront: data", "account", 150, PEAK.edge * POLL_KB * 8 / 1e6, "Gbit/s"),
    ]


# ---------------------------------------------------------------- tables


def table(head: list[str], rows: Iterable[list[str]]) -> str:
    """Markdown; all but the first column to the right when they hold numbers."""
    rows = list(rows)
    numbers = [all(re.fullmatch(r"[-*\d.,× $–]*", row[i]) for row in rows) for i in range(len(head))]
    rule = ["---:" if number else "---" for number in numbers]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [head, rule, *rows])


def usd(amount: float) -> str:
    """Dollars and cents."""
    return f"{amount:,.2f}" if amount else "–"


def count(quantity: float) -> str:
    """Three figures that matter, or all of a whole number."""
    if quantity == 0:
        return "–"
    if quantity >= 1000 or quantity == int(quantity):
        return f"{quantity:,.0f}"
    return f"{quantity:.{max(0, 2 - int(log10(quantity)))}f}" if quantity >= 1 else f"{quantity:.2g}"


def bill(lines: list[Line]) -> str:
    """A design line by line."""
    rows = [
        [
            line.what,
            line.formula,
            count(line.rest),
            count(line.race),
            usd(line.usd(line.rest)),
            usd(line.usd(line.race)),
        ]
        for line in lines
    ]
    total = ["**Sum**", "", "", "", f"**{usd(rest(lines))}**", f"**{usd(race(lines))}**"]
    return table(["line", "how much", "at rest", "a race", "$ at rest", "$ a race"], [*rows, total])


def summary() -> str:
    """Both designs next to each other."""
    groups: list[tuple[str, Callable[[Line], bool]]] = [
        ("requests: gateway or load balancer, compute", lambda line: line.price in REQUESTS),
        ("network: endpoint, NAT, addresses", lambda line: line.price in NETWORK),
        ("user_db", lambda line: line.what.startswith("user_db")),
        ("main_db (DynamoDB)", lambda line: line.what.startswith("DynamoDB")),
        ("CloudFront and site", lambda line: line.what.startswith(("CloudFront", "S3", "Route"))),
        ("SNS, SQS, secrets, images", lambda line: line.what in {"SNS", "SQS", "Secrets Manager", "ECR"}),
        ("CloudWatch", lambda line: line.what.startswith("CloudWatch")),
    ]
    rows = []
    for name, belongs in groups:
        new, old = ([line for line in lines if belongs(line)] for lines in (NEW, BEFORE))
        rows.append([name, usd(rest(new)), usd(rest(old)), usd(race(new)), usd(race(old))])
    sums = [rest(NEW), rest(BEFORE), race(NEW), race(BEFORE)]
    for column, amount in enumerate(sums, start=1):
        parts = sum(float(row[column].replace(",", "").replace("–", "0")) for row in rows)
        if abs(parts - amount) > 0.05:
            sys.exit(f"a line of the bill is in no group, or in two: {parts:.2f} is not {amount:.2f}")
    rows.append(["**Sum**", *(f"**{usd(amount)}**" for amount in sums)])
    head = ["$ a month", "serverless, at rest", "replaced, at rest", "serverless, a race more", "replaced, a race more"]
    return table(head, rows)


REQUESTS = {
    "api_request",
    "lambda_request",
    "lambda_gb_second",
    "fargate_vcpu_hour",
    "fargate_gb_hour",
    "alb_hour",
    "lcu_hour",
}
NETWORK = {"endpoint_hour", "endpoint_gb", "nat_hour", "nat_gb", "ipv4_hour"}


def variants() -> str:
    """Other choices of the same design, at rest."""
    base = rest(NEW)
    aurora = STACK.acu_min * STACK.hours * PRICES["acu_hour"]
    storage = STACK.user_db_gb * PRICES["aurora_gb_month"]
    small = STACK.hours * PRICES["rds_small_hour"] + OLD.user_db_gb * PRICES["rds_gb_month"]
    waf = PRICES["waf_acl_month"] + STACK.waf_rules * PRICES["waf_rule_month"]
    proxy = STACK.proxy_acus * STACK.hours * PRICES["rds_proxy_acu_hour"]
    old = rest(BEFORE)
    single = old - STACK.hours * (PRICES["rds_small_multi_az_hour"] - PRICES["rds_small_hour"])
    single -= OLD.user_db_gb * (PRICES["rds_multi_az_gb_month"] - PRICES["rds_gb_month"])
    rows: list[tuple[str, float]] = [
        ("**prod: Aurora at 0.5 ACU, one instance**", base),
        ("with a reader in the other zone, for a failover in seconds", base + aurora),
        ("user_db on RDS db.t4g.small, one zone", base - aurora - storage + small),
        ("with RDS Proxy", base + proxy),
        ("with WAF (4 rules; a race's requests add " + usd(WAF_RACE) + ")", base + waf),
        ("dev: Aurora paused at 0 ACU while nobody uses it", base - aurora),
        ("**replaced: RDS Multi-AZ**", old),
        ("replaced, RDS in one zone", single),
    ]
    return table(["at rest", "$ a month"], ([name, usd(amount)] for name, amount in rows))


WAF_RACE = sum(line.race for line in NEW if line.price == "cloudfront_request") * PRICES["waf_request"]


def steady() -> str:
    """Both designs at a steady load."""
    rates = [0, 0.1, 1, 10, 30, 100, 300, 1000]
    rows = [
        [count(rate) if rate else "0", usd(serverless_month(rate)), usd(replaced_month(rate)), f"{tasks(rate):.0f}"]
        for rate in rates
    ]
    return table(["origin requests/s, all month", "serverless $", "replaced $", "tasks"], rows)


def figures() -> str:
    """The numbers that the text refers to."""
    rows = [
        ["a request at the origin, serverless", f"${serverless_request() * 1e6:.2f} a million"],
        ["a request at the origin, replaced, without tasks", f"${replaced_request() * 1e6:.2f} a million"],
        ["break-even of the whole design", f"{break_even(SAVING):.1f} requests/s, all month"],
        ["break-even of the request path alone", f"{break_even(PATH_SAVING):.1f} requests/s, all month"],
        ["races a month at which both cost the same", f"{SAVING / (race(NEW) - race(BEFORE)):.1f}"],
        ["mean of a month with one race", f"{API_REQUESTS / MONTH:.1f} requests/s"],
        ["a month with a race, serverless", f"${usd(rest(NEW) + race(NEW))}"],
        ["a month with a race, replaced", f"${usd(rest(BEFORE) + race(BEFORE))}"],
        ["a month with a race, serverless, less the allowances", f"${usd(with_free(NEW))}"],
        ["a month with a race, replaced, less the allowances", f"${usd(with_free(BEFORE))}"],
    ]
    return table(["", ""], rows)


def prices() -> str:
    """The price list."""
    rows = [
        [f"`{name}`", price["unit"], number(price["usd"]), beside(price), price["source"]]
        for name, price in PRICE_LIST["prices"].items()
    ]
    return table(["price", "for", "$ Seoul", "$ us-east-1", "source"], rows)


def number(value: float) -> str:
    """A price without the zeros that say nothing."""
    return f"{value:.10f}".rstrip("0").rstrip(".")


def beside(price: dict[str, float]) -> str:
    """The price in us-east-1, where it is known; in brackets where it was not checked."""
    if "us_east_1" not in price:
        return ""
    text = number(price["us_east_1"])
    return f"({text})" if "us_source" in price else text


def sources() -> str:
    """Where the prices are from."""
    return "\n".join(f"- **{name}**: {text}" for name, text in PRICE_LIST["sources"].items())


def quantities() -> str:
    """What was assumed or measured, for both documents."""
    groups = json.loads((HERE / "quantities.json").read_text(encoding="utf-8"))
    rows = [
        [f"`{group}.{name}`", f"{value:,}", text]
        for group in ("race", "measures")
        for name, (value, text) in groups[group].items()
    ]
    return table(["quantity", "value", "what it is"], rows)


def loads() -> str:
    """The load of one race, and of more of them."""
    finishers = RACE.runners * RACE.peak_minute_share / 60
    opening = RACE.runners * RACE.opening_share / 60
    rows = [
        ["CloudFront, mean", MEAN.edge, "requests/s"],
        ["CloudFront, peak", PEAK.edge, "requests/s"],
        ["CloudFront, peak", PEAK.edge * POLL_KB * 8 / 1e6, "Gbit/s"],
        ["origin, peak: results of bibs", PEAK.bibs, "requests/s"],
        ["origin, peak: lists", PEAK.lists, "requests/s"],
        ["results entered, busiest minute", finishers, "results/s"],
        ["applications, first minute", opening, "applications/s"],
    ]
    return table(
        ["load", "unit", "1×", "10×", "100×", "1,000×"],
        ([name, unit, *(count(value * factor) for factor in (1, 10, 100, 1000))] for name, value, unit in rows),
    )


def headroom() -> str:
    """The limits, the nearest first."""
    rows = sorted(limits(), key=lambda limit: limit.rate / limit.load)
    return table(
        ["limit", "of", "at most", "1× has", "unit", "met at"],
        (
            [row.what, row.scope, count(row.rate), count(row.load), row.unit, f"{count(row.rate / row.load)}×"]
            for row in rows
        ),
    )


# ---------------------------------------------------------------- documents

TABLES: dict[str, Callable[[], str]] = {
    "summary": summary,
    "figures": figures,
    "serverless": lambda: bill(NEW),
    "replaced": lambda: bill(BEFORE),
    "variants": variants,
    "steady": steady,
    "quantities": quantities,
    "prices": prices,
    "sources": sources,
    "loads": loads,
    "limits": headroom,
}


def filled(document: str) -> str:
    """A document with the tables as they are now, between their markers."""
    return re.sub(
        r"(<!-- model: (\w+) -->\n).*?(<!-- end -->)",
        lambda found: f"{found[1]}\n{TABLES[found[2]]()}\n\n{found[3]}",
        document,
        flags=re.DOTALL,
    )


def drawing() -> str:
    """The chart."""
    return chart.draw(
        [("serverless", serverless_month), ("replaced", replaced_month)],
        [
            (API_REQUESTS / MONTH, "one race a month"),
            (break_even(SAVING), "break-even"),
        ],
    )


def main() -> None:
    """Write what has changed, or with --check say what has."""
    documents = [HERE.parent / "cost.md", HERE.parent / "scale.md"]
    wanted = {path: filled(path.read_text(encoding="utf-8")) for path in documents}
    wanted[HERE / "load.svg"] = drawing()
    changed = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv[1:]:
        if changed:
            names = ", ".join(path.name for path in changed)
            sys.exit(f"{names}: not what the model computes; run python3 docs/cost/model.py")
        return
    for path in changed:
        path.write_text(wanted[path], encoding="utf-8")
        print(f"{path.name}: written")


if __name__ == "__main__":
    main()
