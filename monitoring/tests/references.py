"""References to metrics in the alarms and dashboards, read from the files that are deployed."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from infra.templates import ROOT, Json

from . import resources


@dataclass(frozen=True)
class Reference:
    """A metric with dimensions in an alarm or chart."""

    source: str
    namespace: str
    metric: str
    dimensions: dict[str, str]


def in_alarms() -> Iterator[Reference]:
    """Metrics of the alarms."""
    for name, alarm in resources.alarms().items():
        metrics = [stat["MetricStat"]["Metric"] for stat in alarm.get("Metrics", []) if "MetricStat" in stat]
        for metric in metrics or [alarm]:
            for dimensions in _branches(metric.get("Dimensions", [])):
                values = {dimension["Name"]: _text(dimension["Value"]) for dimension in dimensions}
                yield Reference(f"alarm {name}", _text(metric["Namespace"]), metric["MetricName"], values)


def in_cloudwatch() -> Iterator[Reference]:
    """Metrics of the CloudWatch dashboard, for both engines of user_db."""
    for widget in widgets():
        title = widget["properties"].get("title", "")
        for metric in widget["properties"].get("metrics", []):
            words = [word for word in metric if isinstance(word, str)]
            if words:
                namespace, name, *dimensions = words
                values = dict(zip(dimensions[::2], dimensions[1::2], strict=True))
                yield Reference(f"CloudWatch: {title}", namespace, name, values)


def widgets() -> Iterator[Json]:
    """Widgets of the CloudWatch dashboard, with placeholders for parameters."""
    body, inserted = resources.monitoring()["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    for branch in (0, 1):
        text = body
        for name, value in inserted.items():
            values = [_text(branch_value) for branch_value in _branches(value)]
            text = text.replace(f"${{{name}}}", values[branch % len(values)])
        yield from json.loads(text)["widgets"]


def in_grafana() -> Iterator[Reference]:
    """Metrics of the Grafana dashboard."""
    for panel in grafana()["panels"]:
        for target in panel.get("targets", []):
            if target["queryMode"] == "Metrics":
                values = {name: "".join(value) for name, value in target["dimensions"].items()}
                yield Reference(f"Grafana: {panel['title']}", target["namespace"], target["metricName"], values)


def grafana() -> Json:
    """The Grafana dashboard."""
    text = (ROOT / "monitoring" / "grafana" / "mrmrthon.json").read_text(encoding="utf-8")
    dashboard: Json = json.loads(text)
    return dashboard


def variables() -> dict[str, Json]:
    """Variables of the Grafana dashboard by name."""
    return {variable["name"]: variable for variable in grafana()["templating"]["list"]}


def _branches(value: Any) -> list[Any]:
    if isinstance(value, dict) and "Fn::If" in value:
        return [branch for item in value["Fn::If"][1:] for branch in _branches(item)]
    return [value]


def _text(value: Any) -> str:
    """A value as text with placeholders; a list is the placeholder of its parameter."""
    match value:
        case str():
            return value
        case {"Ref": name}:
            return f"${{{name}}}"
        case {"Fn::Sub": str() as text}:
            return text
        case {"Fn::Join": [_, {"Ref": name}]}:
            return f"${{{name}}}"
    raise AssertionError(f"{value} is not supported")


def parameter(value: str) -> str | None:
    """The name of the parameter if a value is a placeholder."""
    match = re.fullmatch(r"\$\{(\w+)\}", value)
    return match[1] if match else None
