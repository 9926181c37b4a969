"""The dashboard in Grafana's words (dashboard schema 39, of Grafana 11 and newer)."""

import json
from typing import Any

from .model import LOG_GROUPS, LogPanel, Metric, Panel, Row, Tagged, Variable

Json = dict[str, Any]

_DATASOURCE = {"type": "cloudwatch", "uid": "${datasource}"}
_COLUMNS = 24
_HEIGHT = 8
_LINE = 120
# A name that CloudFormation made is cut down to the logical one in it.
_RENAME = {"regex": r"^.*-([A-Z][A-Za-z]+)-\w+(.*)$", "renamePattern": "$1$2"}
_MADE = ("DBInstanceIdentifier", "FunctionName", "QueueName")


def dashboard(rows: tuple[Row, ...], variables: tuple[Variable | Tagged, ...]) -> Json:
    """Everything that Grafana imports."""
    return {
        "uid": "mrmrthon",
        "title": "mrmrthon",
        "description": "Races, API, functions, queues, stores and edge of one stack.",
        "tags": ["mrmrthon", "cloudwatch"],
        "schemaVersion": 39,
        "version": 1,
        "editable": True,
        "graphTooltip": 1,
        "timezone": "browser",
        "time": {"from": "now-6h", "to": "now"},
        "refresh": "1m",
        "templating": {"list": [*_choices(), *(_hidden(variable) for variable in variables), _log_groups()]},
        "annotations": {"list": [_alarms()]},
        "links": [],
        "panels": _panels(rows),
    }


def text(value: Any, indent: str = "") -> str:
    """JSON for people: what fits on a line stays on it."""
    line = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(line) <= _LINE or not isinstance(value, dict | list):
        return line
    deeper = indent + "  "
    if isinstance(value, list):
        items = [text(item, deeper) for item in value]
        return f"[\n{deeper}" + f",\n{deeper}".join(items) + f"\n{indent}]"
    items = [f"{json.dumps(key)}: {text(item, deeper)}" for key, item in value.items()]
    return f"{{\n{deeper}" + f",\n{deeper}".join(items) + f"\n{indent}}}"


def _choices() -> list[Json]:
    """What a person chooses from."""
    datasource = {
        "name": "datasource",
        "label": "Data source",
        "type": "datasource",
        "query": "cloudwatch",
        "regex": "",
        "refresh": 1,
        "hide": 0,
        "multi": False,
        "includeAll": False,
        "options": [],
    }
    region = _variable("region", {"queryType": "regions"}, label="Region")
    stack = _variable("stack", _values("mrmrthon", "RecordsSeen", "Stack"), label="Stack")
    return [datasource, region, stack]


def _hidden(variable: Variable | Tagged) -> Json:
    if isinstance(variable, Tagged):
        region = variable.region or "$region"
        tags = {"aws:cloudformation:stack-name": ["$stack"]}
        query = {"queryType": "resourceARNs", "region": region, "resourceType": variable.kind, "tags": tags}
        return _variable(variable.name, query, regex=f"/{variable.pattern}/")
    query = _values(variable.namespace, variable.metric, variable.dimension)
    regex = f"/^${{stack}}-{variable.pattern}-\\w+$/"
    if variable.ignore_case:
        regex = f"/^${{stack}}-{variable.pattern}/i"
    return _variable(variable.name, query, regex=regex, many=True)


def _log_groups() -> Json:
    query = {"queryType": "logGroups", "region": "$region", "logGroupPrefix": "${stack}-"}
    regex = f"/:log-group:${{stack}}-(?:{'|'.join(LOG_GROUPS)})-\\w+(?::\\*)?$/"
    return _variable("log_groups", query, regex=regex, many=True)


def _values(namespace: str, metric: str, dimension: str) -> Json:
    return {
        "queryType": "dimensionValues",
        "region": "$region",
        "namespace": namespace,
        "metricName": metric,
        "dimensionKey": dimension,
        "dimensionFilters": {},
    }


def _variable(name: str, query: Json, *, label: str = "", regex: str = "", many: bool = False) -> Json:
    """One with a label is shown; one that stands for many has them all."""
    everything = {"current": {"selected": True, "text": ["All"], "value": ["$__all"]}} if many else {}
    return {
        "name": name,
        "label": label,
        "type": "query",
        "datasource": _DATASOURCE,
        "definition": query["queryType"],
        "query": {**query, "refId": "CloudWatchVariableQueryEditor-VariableQuery"},
        "regex": regex,
        "refresh": 1,
        "sort": 1,
        "hide": 0 if label else 2,
        "multi": many,
        "includeAll": many,
        "options": [],
        **everything,
    }


def _alarms() -> Json:
    """Alarms of the stack as they begin and end, over all charts."""
    return {
        "name": "Alarms",
        "datasource": _DATASOURCE,
        "enable": True,
        "iconColor": "red",
        "target": {
            "refId": "Anno",
            "queryMode": "Annotations",
            "region": "$region",
            "namespace": "",
            "metricName": "",
            "dimensions": {},
            "statistic": "Average",
            "period": "",
            "prefixMatching": True,
            "actionPrefix": "",
            "alarmNamePrefix": "${stack}/",
        },
    }


def _panels(rows: tuple[Row, ...]) -> list[Json]:
    panels: list[Json] = []
    y = 0
    for row in rows:
        position = {"h": 1, "w": _COLUMNS, "x": 0, "y": y}
        heading = {"type": "row", "title": row.title, "collapsed": False, "panels": []}
        panels.append({"id": len(panels) + 1, "gridPos": position, **heading})
        x, y = 0, y + 1
        for panel in row.panels:
            if x + panel.width > _COLUMNS:
                x, y = 0, y + _HEIGHT
            position = {"h": _HEIGHT, "w": panel.width, "x": x, "y": y}
            body = _log_panel(panel) if isinstance(panel, LogPanel) else _chart(panel)
            panels.append({"id": len(panels) + 1, "gridPos": position, **body})
            x += panel.width
        y += _HEIGHT
    return panels


def _chart(panel: Panel) -> Json:
    targets: list[Json] = []
    for metric in panel.metrics:
        targets += _targets(metric, panel.region or "$region", first=len(targets))
    return {**_time_series(panel), "targets": targets}


def _targets(metric: Metric, region: str, first: int) -> list[Json]:
    if metric.of is None:
        return [_target(metric, region, first, {}, metric.label)]
    resources = metric.of
    dimension = resources.dimension_in_grafana or resources.dimension
    targets: list[Json] = []
    for at, value in enumerate(resources.values):
        dimensions = {dimension: value, **resources.fixed}
        name = resources.names[at] if resources.names else ""
        if dimension in _MADE:
            name = f"${{PROP('Dim.{dimension}')}}"
        label = " ".join(word for word in (name, metric.label) if word)
        target = _target(metric, region, first + len(targets), dimensions, label)
        targets.append(target)
        if metric.per_second:
            target |= {"hide": True, "id": f"m{first + len(targets)}"}
            targets.append(_per_second(target, first + len(targets), label))
    return targets


def _target(metric: Metric, region: str, at: int, dimensions: Json, label: str) -> Json:
    return {
        "refId": _ref_id(at),
        "id": "",
        "queryMode": "Metrics",
        "metricQueryType": 0,
        "metricEditorMode": 0,
        "region": region,
        "namespace": metric.namespace,
        "metricName": metric.name,
        "dimensions": {name: [value] if value.startswith("$") else value for name, value in dimensions.items()},
        "matchExact": True,
        "statistic": metric.statistic,
        "label": label,
    }


def _per_second(of: Json, at: int, label: str) -> Json:
    changes = {"refId": _ref_id(at), "id": f"e{at}", "hide": False, "label": label, "metricEditorMode": 1}
    return {**of, **changes, "expression": f"{of['id']} / PERIOD({of['id']})"}


def _ref_id(at: int) -> str:
    """A to Z, then AA, AB and so on."""
    letter = chr(ord("A") + at % 26)
    return letter if at < 26 else _ref_id(at // 26 - 1) + letter


def _log_panel(panel: LogPanel) -> Json:
    target = {
        "refId": "A",
        "id": "",
        "queryMode": "Logs",
        "queryLanguage": "CWLI",
        "region": "$region",
        "expression": panel.query,
        "logGroups": [{"name": "$log_groups", "arn": "$log_groups"}],
        # Grafana makes a table of its own for each value of what is named here.
        "statsGroups": [] if panel.table else ["bin(5m)"],
    }
    if not panel.table:
        return {**_time_series(panel), "targets": [target]}
    return {
        "type": "table",
        "title": panel.title,
        "description": panel.description,
        "datasource": _DATASOURCE,
        "fieldConfig": {"defaults": {"unit": panel.unit, "decimals": 0}, "overrides": []},
        "options": {"showHeader": True, "cellHeight": "sm"},
        "targets": [target],
    }


def _time_series(panel: Panel | LogPanel) -> Json:
    bars = isinstance(panel, Panel) and panel.bars
    thresholds = panel.thresholds if isinstance(panel, Panel) else ()
    steps = [{"color": "green", "value": None}, *({"color": "red", "value": value} for value in thresholds)]
    return {
        "type": "timeseries",
        "title": panel.title,
        "description": panel.description,
        "datasource": _DATASOURCE,
        "fieldConfig": {
            "defaults": {
                "unit": panel.unit,
                "min": 0,
                "color": {"mode": "palette-classic"},
                "thresholds": {"mode": "absolute", "steps": steps},
                "custom": {
                    "drawStyle": "bars" if bars else "line",
                    "lineWidth": 1,
                    "fillOpacity": 60 if bars else 10,
                    "showPoints": "auto",
                    "thresholdsStyle": {"mode": "dashed" if thresholds else "off"},
                },
            },
            "overrides": [],
        },
        "options": {
            "legend": {"showLegend": True, "displayMode": "list", "placement": "bottom", "calcs": []},
            "tooltip": {"mode": "multi", "sort": "desc"},
        },
        "transformations": [{"id": "renameByRegex", "options": _RENAME}],
    }
