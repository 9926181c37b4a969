"""The parts of a dashboard, independent of CloudWatch and Grafana."""

from dataclasses import dataclass, field

# CloudFront publishes its metrics in this region.
CLOUDFRONT_REGION = "us-east-1"


@dataclass(frozen=True)
class Resources:
    """The resources that a metric has values for.

    The CloudWatch dashboard is part of the stack and refers to them by `parameters` of infra/monitoring.yaml, plus one
    parameter that is a list. The Grafana dashboard works for any stack and refers to them by `values`, most of which
    are variables.
    """

    dimension: str
    parameters: tuple[str, ...]
    values: tuple[str, ...]
    listed: str | None = None
    names: tuple[str, ...] = ()
    """For legends, instead of the names of the resources."""
    fixed: dict[str, str] = field(default_factory=dict)
    """Dimensions with the same value for all."""
    dimension_in_grafana: str | None = None


@dataclass(frozen=True)
class Metric:
    """A metric of each of the resources, or of the account in the region if there are none."""

    namespace: str
    name: str
    statistic: str
    of: Resources | None = None
    label: str = ""
    per_second: bool = False


@dataclass(frozen=True)
class Panel:
    """A chart of metrics."""

    title: str
    description: str
    metrics: tuple[Metric, ...]
    unit: str = "short"
    bars: bool = False
    thresholds: tuple[float, ...] = ()
    """Thresholds of alarms."""
    width: int = 8
    region: str | None = None


@dataclass(frozen=True)
class LogPanel:
    """A chart or table of the results of a CloudWatch Logs Insights query."""

    title: str
    description: str
    query: str
    unit: str = "short"
    table: bool = False
    width: int = 8


@dataclass(frozen=True)
class Row:
    """Panels with a heading."""

    title: str
    panels: tuple[Panel | LogPanel, ...]


@dataclass(frozen=True)
class Variable:
    """A Grafana variable with names of resources, which CloudFormation generated.

    `pattern` matches the part of the name after the stack name. Logical ids have capital letters and no hyphens, so it
    does not match resources of a stack whose name merely starts with the same characters.
    """

    name: str
    namespace: str
    metric: str
    dimension: str
    pattern: str
    ignore_case: bool = False


@dataclass(frozen=True)
class TaggedResource:
    """A Grafana variable with the id of a resource, found by the tag with the stack name."""

    name: str
    kind: str
    pattern: str
    region: str | None = None


# Log groups of the functions, as parameters of infra/monitoring.yaml.
LOG_GROUPS = ("ApiLogs", "PipelineLogs")
