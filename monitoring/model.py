"""What a dashboard is made of, in neither CloudWatch's nor Grafana's words."""

from dataclasses import dataclass, field

# CloudFront counts there, wherever the stack is.
EDGE = "us-east-1"


@dataclass(frozen=True)
class Resources:
    """What a metric is counted for.

    CloudWatch's dashboard is deployed with the stack and names them by `parameters` of infra/monitoring.yaml, and by
    one that is a list. Grafana knows no stack: it names them by `values`, most of which are variables that look them
    up.
    """

    dimension: str
    parameters: tuple[str, ...]
    values: tuple[str, ...]
    listed: str | None = None
    names: tuple[str, ...] = ()
    """In legends; those without are called by what they are."""
    fixed: dict[str, str] = field(default_factory=dict)
    """Dimensions that are the same for all."""
    dimension_in_grafana: str | None = None


@dataclass(frozen=True)
class Metric:
    """One metric, of each of the resources; without any, of the whole account in its region."""

    namespace: str
    name: str
    statistic: str
    of: Resources | None = None
    label: str = ""
    per_second: bool = False


@dataclass(frozen=True)
class Panel:
    """Some metrics in one chart."""

    title: str
    description: str
    metrics: tuple[Metric, ...]
    unit: str = "short"
    bars: bool = False
    thresholds: tuple[float, ...] = ()
    """Where alarms begin."""
    width: int = 8
    region: str | None = None


@dataclass(frozen=True)
class LogPanel:
    """What CloudWatch Logs Insights answers, as a chart or as a table."""

    title: str
    description: str
    query: str
    unit: str = "short"
    table: bool = False
    width: int = 8


@dataclass(frozen=True)
class Row:
    """Panels under one heading."""

    title: str
    panels: tuple[Panel | LogPanel, ...]


@dataclass(frozen=True)
class Variable:
    """Names that Grafana looks up, for resources whose names CloudFormation makes.

    `pattern` fits what follows the name of the stack; a stack whose name begins with that of another never fits, for
    logical names have capitals and no hyphens.
    """

    name: str
    namespace: str
    metric: str
    dimension: str
    pattern: str
    ignore_case: bool = False


@dataclass(frozen=True)
class Tagged:
    """A resource whose id says nothing about its stack, but which is tagged with it."""

    name: str
    kind: str
    pattern: str
    region: str | None = None


# Where the functions log, by parameters of infra/monitoring.yaml.
LOG_GROUPS = ("ApiLogs", "PipelineLogs")
