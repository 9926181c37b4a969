"""The dashboard in CloudWatch's words, as the last resource of infra/monitoring.yaml."""

import json
import re
from collections.abc import Iterator
from typing import Any

from .model import LOG_GROUPS, LogPanel, Metric, Panel, Row

Json = dict[str, Any]

_COLUMNS = 24
_HEIGHT = 6
_REGION = "${AWS::Region}"
# Names of a list become entries of a chart, joined by what stands between two names; their statistic is the chart's.
_LISTED = re.compile(r"\$\{(\w+):(\w+)\}")
_AXES = {"ms": "ms", "s": "s", "percent": "%", "bytes": "bytes"}


def body(rows: tuple[Row, ...], template: str) -> str:
    """The property DashboardBody, as YAML."""
    alarms = _alarms(template)
    widgets = [json.dumps(widget, ensure_ascii=False) for widget in _widgets(rows, alarms.pop(None))]
    lists = sorted({match.groups() for widget in widgets for match in _LISTED.finditer(widget)})
    widgets = [_LISTED.sub(r"${\1Of\2}", widget) for widget in widgets]
    # The alarms that not every stack has follow the others.
    for condition in alarms:
        widgets[0] = widgets[0].replace("]", f"${{If{condition}}}]", 1)
    lines = [
        "DashboardBody: !Sub",
        "  - |",
        '    {"start": "-PT6H", "periodOverride": "inherit", "widgets": [',
        *(f"      {widget}{',' if widget is not widgets[-1] else ''}" for widget in widgets),
        "    ]}",
        "  - UserDbDimensions: !If",
        "      - IsAurora",
        """      - !Sub 'DBClusterIdentifier", "${UserDb}", "Role", "WRITER'""",
        """      - !Sub 'DBInstanceIdentifier", "${UserDb}'""",
    ]
    for condition, names in alarms.items():
        arns = "".join(f', "${{{name}.Arn}}"' for name in names)
        lines.append(f"    If{condition}: !If [{condition}, !Sub '{arns}', \"\"]")
    for metric, parameter in lists:
        entry = f'"], ["AWS/Lambda", "{metric}", "FunctionName", "'
        lines.append(f"    {metric}Of{parameter}: !Join ['{entry}', !Ref {parameter}]")
    return "".join(f"      {line}\n" for line in lines)


def _alarms(template: str) -> dict[str | None, list[str]]:
    """The names of the template's alarms, by their condition."""
    alarms: dict[str | None, list[str]] = {None: []}
    found = re.finditer(
        r"^  (\w+):\n    Type: AWS::CloudWatch::Alarm\n(?:    Condition: (\w+)\n)?", template, re.MULTILINE
    )
    for name, condition in (match.groups() for match in found):
        alarms.setdefault(condition, []).append(name)
    return alarms


def _widgets(rows: tuple[Row, ...], alarms: list[str]) -> Iterator[Json]:
    arns = [f"${{{name}.Arn}}" for name in alarms]
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
        "yAxis": {"left": {"min": 0, "label": _AXES.get(panel.unit, ""), "showUnits": False}},
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
    for at, parameter in enumerate(resources.parameters):
        name = resources.names[at] if resources.names else ""
        if not name and (len(resources.parameters) > 1 or not metric.label):
            name = parameter
        options: Json = {"stat": metric.statistic, "label": " ".join(word for word in (name, metric.label) if word)}
        entry = [metric.namespace, metric.name, resources.dimension, f"${{{parameter}}}", *fixed]
        if resources.dimension.startswith("$"):
            del entry[3]
        if metric.per_second:
            id_ = f"m{first + len(entries)}"
            entries.append([{"expression": f"{id_} / PERIOD({id_})", "label": options["label"]}])
            options |= {"id": id_, "visible": False}
        entries.append([*entry, options])
    if resources.listed:
        entries.append([metric.namespace, metric.name, resources.dimension, f"${{{metric.name}:{resources.listed}}}"])
    return entries


def _log_panel(panel: LogPanel) -> Json:
    sources = " | ".join(f"SOURCE '${{{group}}}'" for group in LOG_GROUPS)
    return {
        "title": panel.title,
        "region": _REGION,
        "view": "table" if panel.table else "timeSeries",
        "query": f"{sources} | {panel.query}",
    }
