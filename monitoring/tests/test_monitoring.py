"""Alarms and dashboards refer to existing metrics and resources, and cover all resources."""

import re
import unittest
from collections.abc import Iterable

from infra.templates import ROOT

from . import references, resources
from .references import Reference

# Suffix of names that CloudFormation generates.
_NAME_SUFFIX = "-A1b2C3d4E5f6"
_OPERATIONS = ROOT / "docs" / "operations.md"


def find_errors(metrics: Iterable[Reference], *, in_grafana: bool = False) -> list[str]:
    """References to metrics or resources that do not exist."""
    dimension_error = _grafana_dimension_error if in_grafana else _template_dimension_error
    found = []
    for metric in metrics:
        errors = [resources.metric_error(metric.namespace, metric.metric, set(metric.dimensions))]
        errors += [dimension_error(metric, name, value) for name, value in metric.dimensions.items()]
        found += [f"{metric.source}: {error}" for error in errors if error]
    return found


def _template_dimension_error(metric: Reference, dimension: str, value: str) -> str | None:
    parameter = references.parameter(value)
    if dimension == "Stack":
        is_stack = parameter == "Stack" and resources.passed_resources("Stack") == ["AWS::StackName"]
        return None if is_stack else "not the name of the stack"
    if dimension == "GlobalSecondaryIndexName":
        (table,) = resources.passed_resources(references.parameter(metric.dimensions["TableName"]) or "")
        return None if value in resources.indexes(table) else f"{table} has no index {value}"
    if parameter is None:
        return None if value in resources.VALUES.get(dimension, ()) else f"{dimension} is never {value}"
    if parameter not in resources.monitoring()["Parameters"]:
        return f"no parameter {parameter}"
    existing = resources.resources(resources.TYPES[dimension])
    passed = resources.passed_resources(parameter)
    missing = [name for name in passed if name not in existing and name != "AWS::NoValue"]
    return f"no {resources.TYPES[dimension]} {', '.join(missing)}" if missing else None


def _grafana_dimension_error(metric: Reference, dimension: str, value: str) -> str | None:
    if dimension == "GlobalSecondaryIndexName":
        table = _tables()[metric.dimensions["TableName"]]
        return None if value in resources.indexes(table) else f"{table} has no index {value}"
    if dimension == "TableName":
        return None if value in _tables() else f"no table {value}"
    if not value.startswith("$"):
        return None if value in resources.VALUES.get(dimension, ()) else f"{dimension} is never {value}"
    variable = references.variables().get(value.removeprefix("$"))
    if variable is None:
        return f"no variable {value}"
    if variable["query"]["queryType"] == "dimensionValues" and variable["query"]["dimensionKey"] != dimension:
        return f"{value} is not a {dimension}"
    return None


def _tables() -> dict[str, str]:
    """Logical ids of the tables by their names in Grafana."""
    tables = resources.resources(resources.TYPES["TableName"])
    return {
        table["Properties"]["TableName"]["Fn::Sub"].replace("AWS::StackName", "stack"): name
        for name, table in tables.items()
    }


def _matches(variable: str, names: Iterable[str], stack_name: str = "mrmrthon") -> set[str]:
    """The logical ids in a stack that a Grafana variable matches when stack `mrmrthon` is selected."""
    body, flags = references.variables()[variable]["regex"].removeprefix("/").rsplit("/", 1)
    regex = re.compile(body.replace("${stack}", "mrmrthon"), re.IGNORECASE if "i" in flags else 0)
    return {name for name in names if regex.search(f"{stack_name}-{name}{_NAME_SUFFIX}")}


class ReferencesTest(unittest.TestCase):
    """Metrics, dimensions and resources that alarms and dashboards refer to exist."""

    def test_alarms(self) -> None:
        """Of infra/monitoring.yaml."""
        self.assertEqual(find_errors(references.in_alarms()), [])

    def test_cloudwatch_dashboard(self) -> None:
        """Also the alarms and log groups on it."""
        self.assertEqual(find_errors(references.in_cloudwatch()), [])
        shown = set()
        groups = resources.resources("AWS::Logs::LogGroup")
        for widget in references.widgets():
            shown |= {arn.removeprefix("${").removesuffix(".Arn}") for arn in widget["properties"].get("alarms", [])}
            for parameter in re.findall(r"SOURCE '\$\{(\w+)\}'", widget["properties"].get("query", "")):
                self.assertIn(resources.passed_resources(parameter)[0], groups)
        self.assertEqual(shown, set(resources.alarms()))

    def test_grafana_dashboard(self) -> None:
        """With the variables that its charts use."""
        self.assertEqual(find_errors(references.in_grafana(), in_grafana=True), [])

    def test_grafana_variables(self) -> None:
        """Variables query existing metrics and match the right resources."""
        for name, variable in references.variables().items():
            query = variable["query"]
            if "dimensionKey" in query:
                key = query["dimensionKey"]
                self.assertIsNone(resources.metric_error(query["namespace"], query["metricName"], {key}), name)
        self.assertEqual(_matches("topic", resources.resources("AWS::SNS::Topic")), {"Topic"})
        self.assertEqual(_matches("user_db", ["userdb-abc-writer", "official-record"]), {"userdb-abc-writer"})
        groups = references.variables()["log_groups"]["regex"].strip("/").replace("\\/", "/")
        groups = groups.replace("${stack}", "mrmrthon")
        for group in ("ApiLogs", "PipelineLogs"):
            self.assertRegex(f"arn:aws:logs:us-east-1:1:log-group:mrmrthon-{group}{_NAME_SUFFIX}:*", groups)
        self.assertRegex("arn:aws:apigateway:us-east-1::/apis/abc", references.variables()["api"]["regex"].strip("/"))

    def test_finds_unknown_references(self) -> None:
        """The checks above detect misspelled metrics, dimensions and resources."""
        existing = {"FunctionName": "${Webhook}"}
        for metric, dimensions in (
            ("Errors", {"FunctionName": "${Webhok}"}),
            ("Errors", {"QueueName": "${WebhookQueue}"}),
            ("Errors", {"FunctionName": "${WebhookQueue}"}),
            ("Errors", {"FunctionName": "Webhook"}),
            ("Error", existing),
        ):
            reference = Reference("test", "AWS/Lambda", metric, dimensions)
            self.assertNotEqual(find_errors([reference]), [], reference)
        self.assertEqual(find_errors([Reference("test", "AWS/Lambda", "Errors", existing)]), [])
        self.assertNotEqual(find_errors([Reference("test", "mrmrthon", "RecordSeen", {"Stack": "${Stack}"})]), [])
        for value in ("$stages_", "$queues", "Webhook"):
            metric = Reference("test", "AWS/Lambda", "Errors", {"FunctionName": value})
            self.assertNotEqual(find_errors([metric], in_grafana=True), [], value)


class CoverageTest(unittest.TestCase):
    """All resources and metrics of the functions are monitored."""

    def test_functions(self) -> None:
        """Both dashboards show each function once."""
        functions = resources.resources("AWS::Serverless::Function")
        routes = {
            name
            for name, function in functions.items()
            if any(event["Type"] == "HttpApi" for event in function["Properties"].get("Events", {}).values())
        }
        self.assertEqual(sorted(resources.passed_resources("RouteFunctions")), sorted(routes))
        for shown in (references.in_cloudwatch(), references.in_grafana()):
            errors = [metric.dimensions["FunctionName"] for metric in shown if metric.metric == "Errors"]
            found = [name for value in dict.fromkeys(errors) for name in self._functions(value)]
            self.assertEqual(sorted(found), sorted(functions))

    def _functions(self, value: str) -> Iterable[str]:
        parameter = references.parameter(value)
        if parameter:
            return resources.passed_resources(parameter)
        names = resources.resources("AWS::Serverless::Function")
        self.assertEqual(_matches(value[1:], names, "mrmrthon-dev"), set(), "matches functions of another stack")
        return _matches(value[1:], names)

    def test_queues(self) -> None:
        """Alarms cover the size of each dead-letter queue and the age of messages in each other queue."""
        queues = set(resources.resources("AWS::SQS::Queue"))
        watched: dict[str, set[str]] = {}
        for metric in references.in_alarms():
            if metric.namespace == "AWS/SQS":
                watched.setdefault(metric.metric, set()).update(self._queues(metric.dimensions["QueueName"]))
        dead = {queue for queue in queues if queue.endswith("Dlq")}
        self.assertEqual(watched["ApproximateNumberOfMessagesVisible"], dead)
        self.assertEqual(watched["ApproximateAgeOfOldestMessage"], queues - dead)
        self.assertEqual(_matches("dlqs", queues), dead)
        self.assertEqual(_matches("queues", queues), queues - dead)

    def _queues(self, value: str) -> list[str]:
        return resources.passed_resources(references.parameter(value) or "")

    def test_tables(self) -> None:
        """Alarms cover throttled writes of each table and index."""
        watched = {
            (resources.passed_resources(references.parameter(metric.dimensions["TableName"]) or "")[0], index)
            for metric in references.in_alarms()
            if metric.metric == "WriteThrottleEvents"
            for index in [metric.dimensions.get("GlobalSecondaryIndexName")]
        }
        tables = resources.resources("AWS::DynamoDB::Table")
        self.assertEqual(watched, {(table, index) for table in tables for index in (None, *resources.indexes(table))})

    def test_function_metrics(self) -> None:
        """Both dashboards show all metrics that the functions publish."""
        for shown in (references.in_cloudwatch(), references.in_grafana()):
            metrics = {reference.metric for reference in shown if reference.namespace == "mrmrthon"}
            self.assertEqual(metrics, resources.function_metrics())

    def test_parameters(self) -> None:
        """template.yaml passes all parameters of infra/monitoring.yaml."""
        passed = resources.application()["Resources"]["Monitoring"]["Properties"]["Parameters"]
        self.assertEqual(set(passed), set(resources.monitoring()["Parameters"]))


class ConsistencyTest(unittest.TestCase):
    """Thresholds match timeouts and dashboards, and alarms match docs/operations.md."""

    def test_duration_thresholds_are_below_timeouts(self) -> None:
        """The alarm is triggered before invocations time out."""
        default = resources.application()["Globals"]["Function"]["Timeout"]
        functions = resources.resources("AWS::Serverless::Function")
        for name, alarm in resources.alarms().items():
            if alarm.get("MetricName") == "Duration":
                (function,) = resources.passed_resources(alarm["Dimensions"][0]["Value"]["Ref"])
                timeout = functions[function]["Properties"].get("Timeout", default)
                self.assertLess(alarm["Threshold"], timeout * 1000, name)

    def test_chart_thresholds_are_those_of_alarms(self) -> None:
        """A line in a chart is the threshold of an alarm on one of its metrics."""
        thresholds: dict[str, set[float]] = {}
        for alarm in resources.alarms().values():
            thresholds.setdefault(alarm.get("MetricName", ""), set()).add(alarm["Threshold"])
        for panel in references.grafana()["panels"]:
            if panel["type"] == "timeseries":
                lines = {step["value"] for step in panel["fieldConfig"]["defaults"]["thresholds"]["steps"]} - {None}
                metrics = {target.get("metricName") for target in panel["targets"]}
                alarm_thresholds = {value for metric in metrics for value in thresholds.get(metric, ())}
                self.assertLessEqual(lines, alarm_thresholds, panel["title"])

    def test_alarms_link_to_their_runbook(self) -> None:
        """The anchor in the description is the section of docs/operations.md that lists the alarm."""
        sections: dict[str, set[str]] = {}
        for section in re.split(r"^#+ ", _OPERATIONS.read_text(encoding="utf-8"), flags=re.MULTILINE):
            heading, *lines = section.split("\n")
            if not heading.startswith("Alarms of "):
                continue
            first_cells = [line.split("|")[1] for line in lines if line.startswith("| `")]
            sections[heading.lower().replace(" ", "-")] = set(re.findall(r"`(\w+)`", " ".join(first_cells)))
        self.assertEqual(set().union(*sections.values()), set(resources.alarms()))
        for name, alarm in resources.alarms().items():
            with self.subTest(name):
                self.assertEqual(alarm["AlarmName"], {"Fn::Sub": f"${{Stack}}/{name}"})
                self.assertEqual(alarm["AlarmActions"], [{"Ref": "AlarmsTopic"}])
                self.assertIn("First: ", alarm["AlarmDescription"])
                _, _, anchor = alarm["AlarmDescription"].strip().partition("docs/operations.md#")
                self.assertIn(name, sections[anchor])


if __name__ == "__main__":
    unittest.main()
