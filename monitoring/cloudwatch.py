"""Generates the CloudWatch dashboard in infra/monitoring.yaml. Needs the environment of the tools."""

from collections.abc import Iterator
from typing import Any

from infra import templates

from .json_text import format_json
from .model import LOG_GROUPS, LogPanel, Metric, Panel, Row
from .panels import ROWS

Json = dict[str, Any]

_COLUMNS = 24
_HEIGHT = 6
_REGION = "${AWS::Region}"
# The template has lines of up to 120 characters and indents the JSON by 10.
_MAX_LINE_LENGTH = 110
_AXIS_LABELS = {"ms": "ms", "s": "s", "percent": "%", "bytes": "bytes"}


def dashboard_body() -> str:
    """The property DashboardBody as YAML, the JSON of the dashboard in Fn::Sub.

    A string of the JSON cannot become several. So where the number of strings depends on a condition or on the length
    of a list, Fn::Sub inserts the quotes between them as well.
    """
    alarms = _alarms_by_condition()
    dashboard = {"start": "-PT6H", "periodOverride": "inherit", "widgets": list(_widgets(ROWS, alarms))}
    lines = [
        "DashboardBody: !Sub",
        "  - |",
        *(f"    {line}" for line in format_json(dashboard, _MAX_LINE_LENGTH).splitlines()),
        "  - UserDbDimensions: !If",
        "      - IsAurora",
        """      - !Sub 'DBClusterIdentifier", "${UserDb}", "Role", "WRITER'""",
        """      - !Sub 'DBInstanceIdentifier", "${UserDb}'""",
    ]
    for condition, names in alarms.items():
        if condition:
            more = "".join(f'", "${{{name}.Arn}}' for name in names)
            lines.append(f"    {_more_alarms(condition)}: !If [{condition}, !Sub '{more}', \"\"]")
    for metric, parameter in _listed_metrics(ROWS):
        separator = f'"], ["AWS/Lambda", "{metric}", "FunctionName", "'
        lines.append(f"    {metric}Of{parameter}: !Join ['{separator}', !Ref {parameter}]")
    return "\n".join(lines)


def _alarms_by_condition() -> dict[str | None, list[str]]:
    """Logical ids of the alarms by their condition."""
    alarms: dict[str | None, list[str]] = {None: []}
    for name, alarm in templates.of_type(templates.read(templates.MONITORING), "AWS::CloudWatch::Alarm").items():
        alarms.setdefault(alarm.get("Condition"), []).append(name)
    return alarms


def _more_alarms(condition: str) -> str:
    return f"If{condition}"


def _listed_metrics(rows: tuple[Row, ...]) -> list[tuple[str, str]]:
    """Metrics of a list of functions, each with the parameter that has the list."""
    panels = [panel for row in rows for panel in row.panels if isinstance(panel, Panel)]
    metrics = [metric for panel in panels for metric in panel.metrics]
    return sorted({(metric.name, metric.of.listed) for metric in metrics if metric.of and metric.of.listed})


def _widgets(rows: tuple[Row, ...], alarms: dict[str | None, list[str]]) -> Iterator[Json]:
    arns = [f"${{{name}.Arn}}" for name in alarms[None]]
    arns[-1] += "".join(f"${{{_more_alarms(condition)}}}" for condition in alarms if condition)
    yield _widget("alarm", 0, 0, _COLUMNS, 4, {"title": "Alarms", "alarms": arns})
    y = 4
    for row in rows:
        yield _widget("text", 0, y, _COLUMNS, 1, {"markdown": f"## {row.title}", "background": "transparent"})
        x, y = 0, y + 1
        for panel in row.panels:
            if x + panel.width > _COLUMNS:
                x, y = 0, y + _HEIGHT
            if isinstance(panel, LogPanel):
                yield _widget("log", x, y, panel.width, _HEIGHT, _log_panel(panel))
            else:
                yield _widget("metric", x, y, panel.width, _HEIGHT, _chart(panel))
            x += panel.width
        y += _HEIGHT


def _widget(kind: str, x: int, y: int, width: int, height: int, properties: Json) -> Json:
    return {"type": kind, "x": x, "y": y, "width": width, "height": height, "properties": properties}


def _chart(panel: Panel) -> Json:
    metrics: list[list[Any]] = []
    for metric in panel.metrics:
        metrics += _entries(metric, first=len(metrics))
    properties: Json = {
        "title": panel.title,
        "region": panel.region or _REGION,
        "view": "timeSeries",
        "stat": panel.metrics[0].statistic,
        "period": 300,
        "yAxis": {"left": {"min": 0, "label": _AXIS_LABELS.get(panel.unit, ""), "showUnits": False}},
        "metrics": metrics,
    }
    if panel.thresholds:
        lines = [{"value": value, "label": "alarm"} for value in panel.thresholds]
        properties["annotations"] = {"horizontal": lines}
    return properties


def _entries(metric: Metric, first: int) -> list[list[Any]]:
    if metric.of is None:
        return [[metric.namespace, metric.name, {"stat": metric.statistic, "label": metric.label}]]
    resources = metric.of
    fixed = [word for item in resources.fixed.items() for word in item]
    entries: list[list[Any]] = []
    for index, parameter in enumerate(resources.parameters):
        name = resources.names[index] if resources.names else ""
        if not name and (len(resources.parameters) > 1 or not metric.label):
            name = parameter
        options: Json = {"stat": metric.statistic, "label": " ".join(word for word in (name, metric.label) if word)}
        entry = [metric.namespace, metric.name, resources.dimension, f"${{{parameter}}}", *fixed]
        if resources.dimension.startswith("$"):
            # The placeholder includes the value.
            del entry[3]
        if metric.per_second:
            id_ = f"m{first + len(entries)}"
            entries.append([{"expression": f"{id_} / PERIOD({id_})", "label": options["label"]}])
            options |= {"id": id_, "visible": False}
        entries.append([*entry, options])
    if resources.listed:
        # These have the statistic of the chart.
        entries.append([metric.namespace, metric.name, resources.dimension, f"${{{metric.name}Of{resources.listed}}}"])
    return entries


def _log_panel(panel: LogPanel) -> Json:
    sources = " | ".join(f"SOURCE '${{{group}}}'" for group in LOG_GROUPS)
    return {
        "title": panel.title,
        "region": _REGION,
        "view": "table" if panel.table else "timeSeries",
        "query": f"{sources} | {panel.query}",
    }
