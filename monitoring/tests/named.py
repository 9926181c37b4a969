"""What alarms and dashboards name: metrics with their dimensions, found in the files as they are deployed."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from . import stack

Json = dict[str, Any]


@dataclass(frozen=True)
class Named:
    """A metric that somebody wants to see."""

    by: str
    namespace: str
    metric: str
    dimensions: dict[str, str]


def in_alarms() -> Iterator[Named]:
    """What each alarm watches."""
    for name, alarm in stack.alarms().items():
        metrics = [stat["MetricStat"]["Metric"] for stat in alarm.get("Metrics", []) if "MetricStat" in stat]
        for metric in metrics or [alarm]:
            for dimensions in _branches(metric.get("Dimensions", [])):
                values = {one["Name"]: _text(one["Value"]) for one in dimensions}
                yield Named(f"alarm {name}", _text(metric["Namespace"]), metric["MetricName"], values)


def in_cloudwatch() -> Iterator[Named]:
    """What each chart of CloudWatch's dashboard shows, with each engine of user_db."""
    for widget in widgets():
        title = widget["properties"].get("title", "")
        for metric in widget["properties"].get("metrics", []):
            words = [word for word in metric if isinstance(word, str)]
            if words:
                namespace, name, *dimensions = words
                values = dict(pair for at, pair in enumerate(pairwise(dimensions)) if at % 2 == 0)
                yield Named(f"CloudWatch's {title}", namespace, name, values)


def widgets() -> Iterator[Json]:
    """Everything on CloudWatch's dashboard; names of resources are those of parameters still."""
    body, inserted = stack.monitoring()["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    for branch in (0, 1):
        text = body
        for name, value in inserted.items():
            values = [_text(one) for one in _branches(value)]
            text = text.replace(f"${{{name}}}", values[branch % len(values)])
        yield from json.loads(text)["widgets"]


def in_grafana() -> Iterator[Named]:
    """What each chart of Grafana's dashboard shows."""
    for panel in grafana()["panels"]:
        for target in panel.get("targets", []):
            if target["queryMode"] == "Metrics":
                values = {name: "".join(value) for name, value in target["dimensions"].items()}
                yield Named(f"Grafana's {panel['title']}", target["namespace"], target["metricName"], values)


def grafana() -> Json:
    """Grafana's dashboard."""
    text = (stack.ROOT / "monitoring" / "grafana" / "mrmrthon.json").read_text(encoding="utf-8")
    dashboard: Json = json.loads(text)
    return dashboard


def variables() -> dict[str, Json]:
    """What Grafana looks up, by name."""
    return {variable["name"]: variable for variable in grafana()["templating"]["list"]}


def _branches(value: Any) -> list[Any]:
    if isinstance(value, dict) and "Fn::If" in value:
        return [branch for item in value["Fn::If"][1:] for branch in _branches(item)]
    return [value]


def _text(value: Any) -> str:
    """A value as Fn::Sub would have it; of a list, its name stands for all."""
    match value:
        case str():
            return value
        case {"Ref": name}:
            return f"${{{name}}}"
        case {"Fn::Sub": str() as text}:
            return text
        case {"Fn::Join": [_, {"Ref": name}]}:
            return f"${{{name}}}"
    raise AssertionError(f"{value} is not looked into")


def parameter(value: str) -> str | None:
    """The parameter that a value is, unless it is a word."""
    match = re.fullmatch(r"\$\{(\w+)\}", value)
    return match[1] if match else None
