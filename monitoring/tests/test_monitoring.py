"""Alarms and dashboards name only what there is, and forget nothing."""

import re
import unittest
from collections.abc import Iterable

from . import named, stack
from .named import Named

# A function's name, as CloudFormation makes them.
_MADE = "-A1b2C3d4E5f6"
_OPERATIONS = stack.ROOT / "docs" / "operations.md"


def problems(metrics: Iterable[Named], *, in_grafana: bool = False) -> list[str]:
    """What of that is nowhere."""
    resource = _problem_in_grafana if in_grafana else _problem_in_template
    found = []
    for metric in metrics:
        unknown = [stack.problem_with(metric.namespace, metric.metric, set(metric.dimensions))]
        unknown += [resource(metric, name, value) for name, value in metric.dimensions.items()]
        found += [f"{metric.by}: {problem}" for problem in unknown if problem]
    return found


def _problem_in_template(metric: Named, dimension: str, value: str) -> str | None:
    parameter = named.parameter(value)
    if dimension == "Stack":
        return None if parameter == "Stack" and stack.given("Stack") == ["AWS::StackName"] else "not the stack"
    if dimension == "GlobalSecondaryIndexName":
        (table,) = stack.given(named.parameter(metric.dimensions["TableName"]) or "")
        return None if value in stack.indexes(table) else f"{table} has no index {value}"
    if parameter is None:
        return None if value in stack.VALUES.get(dimension, ()) else f"{dimension} is never {value}"
    if parameter not in stack.monitoring()["Parameters"]:
        return f"no parameter {parameter}"
    there = stack.resources(stack.TYPES[dimension])
    missing = [name for name in stack.given(parameter) if name not in there and name != "AWS::NoValue"]
    return f"no {stack.TYPES[dimension]} {', '.join(missing)}" if missing else None


def _problem_in_grafana(metric: Named, dimension: str, value: str) -> str | None:
    if dimension == "GlobalSecondaryIndexName":
        table = _tables()[metric.dimensions["TableName"]]
        return None if value in stack.indexes(table) else f"{table} has no index {value}"
    if dimension == "TableName":
        return None if value in _tables() else f"no table {value}"
    if not value.startswith("$"):
        return None if value in stack.VALUES.get(dimension, ()) else f"{dimension} is never {value}"
    variable = named.variables().get(value.removeprefix("$"))
    if variable is None:
        return f"no variable {value}"
    if variable["query"]["queryType"] == "dimensionValues" and variable["query"]["dimensionKey"] != dimension:
        return f"{value} is no {dimension}"
    return None


def _tables() -> dict[str, str]:
    """The logical name of each table by what Grafana calls it."""
    tables = stack.resources(stack.TYPES["TableName"])
    return {
        table["Properties"]["TableName"]["Fn::Sub"].replace("AWS::StackName", "stack"): name
        for name, table in tables.items()
    }


def _fitting(variable: str, names: Iterable[str], name_of_stack: str = "mrmrthon") -> set[str]:
    """Which resources Grafana's variable finds, in the stack `mrmrthon`."""
    body, flags = named.variables()[variable]["regex"].removeprefix("/").rsplit("/", 1)
    regex = re.compile(body.replace("${stack}", "mrmrthon"), re.IGNORECASE if "i" in flags else 0)
    return {name for name in names if regex.search(f"{name_of_stack}-{name}{_MADE}")}


class ThereTest(unittest.TestCase):
    """Whatever is named is there."""

    def test_alarms(self) -> None:
        """Metrics, dimensions and resources of alarms."""
        self.assertEqual(problems(named.in_alarms()), [])

    def test_cloudwatch(self) -> None:
        """Metrics, dimensions and resources of CloudWatch's dashboard, and the alarms and logs on it."""
        self.assertEqual(problems(named.in_cloudwatch()), [])
        shown = set()
        groups = stack.resources("AWS::Logs::LogGroup")
        for widget in named.widgets():
            shown |= {arn.removeprefix("${").removesuffix(".Arn}") for arn in widget["properties"].get("alarms", [])}
            for parameter in re.findall(r"SOURCE '\$\{(\w+)\}'", widget["properties"].get("query", "")):
                self.assertIn(stack.given(parameter)[0], groups)
        self.assertEqual(shown, set(stack.alarms()))

    def test_grafana(self) -> None:
        """Metrics and dimensions of Grafana's dashboard."""
        self.assertEqual(problems(named.in_grafana(), in_grafana=True), [])

    def test_variables_of_grafana(self) -> None:
        """What Grafana looks up is counted, and of a type that the stack has."""
        for name, variable in named.variables().items():
            query = variable["query"]
            if "dimensionKey" in query:
                key = query["dimensionKey"]
                self.assertIsNone(stack.problem_with(query["namespace"], query["metricName"], {key}), name)
        self.assertEqual(_fitting("topic", stack.resources("AWS::SNS::Topic")), {"Topic"})
        self.assertEqual(_fitting("user_db", ["userdb-abc-writer", "official-record"]), {"userdb-abc-writer"})
        groups = named.variables()["log_groups"]["regex"].replace("${stack}", "mrmrthon").strip("/").replace("\\/", "/")
        for group in ("ApiLogs", "PipelineLogs"):
            self.assertRegex(f"arn:aws:logs:us-east-1:1:log-group:mrmrthon-{group}{_MADE}:*", groups)
        self.assertRegex("arn:aws:apigateway:us-east-1::/apis/abc", named.variables()["api"]["regex"].strip("/"))

    def test_refused(self) -> None:
        """What is not there is noticed."""
        here = {"FunctionName": "${Webhook}"}
        for metric, dimensions in (
            ("Errors", {"FunctionName": "${Webhok}"}),
            ("Errors", {"QueueName": "${WebhookQueue}"}),
            ("Errors", {"FunctionName": "${WebhookQueue}"}),
            ("Errors", {"FunctionName": "Webhook"}),
            ("Error", here),
        ):
            self.assertNotEqual(problems([Named("it", "AWS/Lambda", metric, dimensions)]), [], (metric, dimensions))
        self.assertEqual(problems([Named("it", "AWS/Lambda", "Errors", here)]), [])
        self.assertNotEqual(problems([Named("it", "mrmrthon", "RecordSeen", {"Stack": "${Stack}"})]), [])
        for value in ("$stages_", "$queues", "Webhook"):
            metric = Named("it", "AWS/Lambda", "Errors", {"FunctionName": value})
            self.assertNotEqual(problems([metric], in_grafana=True), [], value)


class CompleteTest(unittest.TestCase):
    """Whatever there is is watched."""

    def test_functions(self) -> None:
        """Every function is on both dashboards, once."""
        functions = stack.resources("AWS::Serverless::Function")
        routes = {
            name
            for name, function in functions.items()
            if any(event["Type"] == "HttpApi" for event in function["Properties"].get("Events", {}).values())
        }
        self.assertEqual(sorted(stack.given("RouteFunctions")), sorted(routes))
        for shown in (named.in_cloudwatch(), named.in_grafana()):
            errors = [metric.dimensions["FunctionName"] for metric in shown if metric.metric == "Errors"]
            found = [name for value in dict.fromkeys(errors) for name in self._functions(value)]
            self.assertEqual(sorted(found), sorted(functions))

    def _functions(self, value: str) -> Iterable[str]:
        parameter = named.parameter(value)
        if parameter:
            return stack.given(parameter)
        names = stack.resources("AWS::Serverless::Function")
        self.assertEqual(_fitting(value[1:], names, "mrmrthon-dev"), set(), "those of another stack")
        return _fitting(value[1:], names)

    def test_queues(self) -> None:
        """Dead letters are an alarm, and so is waiting anywhere else."""
        queues = set(stack.resources("AWS::SQS::Queue"))
        watched: dict[str, set[str]] = {}
        for metric in named.in_alarms():
            if metric.namespace == "AWS/SQS":
                watched.setdefault(metric.metric, set()).update(self._queues(metric.dimensions["QueueName"]))
        dead = {queue for queue in queues if queue.endswith("Dlq")}
        self.assertEqual(watched["ApproximateNumberOfMessagesVisible"], dead)
        self.assertEqual(watched["ApproximateAgeOfOldestMessage"], queues - dead)
        self.assertEqual(_fitting("dlqs", queues), dead)
        self.assertEqual(_fitting("queues", queues), queues - dead)

    def _queues(self, value: str) -> list[str]:
        return stack.given(named.parameter(value) or "")

    def test_tables(self) -> None:
        """Throttling of each table and index is an alarm."""
        watched = {
            (stack.given(named.parameter(metric.dimensions["TableName"]) or "")[0], index)
            for metric in named.in_alarms()
            if metric.metric == "WriteThrottleEvents"
            for index in [metric.dimensions.get("GlobalSecondaryIndexName")]
        }
        tables = stack.resources("AWS::DynamoDB::Table")
        self.assertEqual(watched, {(table, index) for table in tables for index in (None, *stack.indexes(table))})

    def test_metrics_of_the_functions(self) -> None:
        """What the functions count is shown."""
        for shown in (named.in_cloudwatch(), named.in_grafana()):
            self.assertEqual({one.metric for one in shown if one.namespace == "mrmrthon"}, stack.counted_here())

    def test_parameters(self) -> None:
        """template.yaml gives the monitoring every parameter and no other."""
        given = stack.template()["Resources"]["Monitoring"]["Properties"]["Parameters"]
        self.assertEqual(set(given), set(stack.monitoring()["Parameters"]))


class SensibleTest(unittest.TestCase):
    """Figures agree with each other, and words with the documentation."""

    def test_durations(self) -> None:
        """An alarm comes before the timeout."""
        default = stack.template()["Globals"]["Function"]["Timeout"]
        for name, alarm in stack.alarms().items():
            if alarm.get("MetricName") == "Duration":
                (function,) = stack.given(alarm["Dimensions"][0]["Value"]["Ref"])
                timeout = stack.resources(stack.TYPES["FunctionName"])[function]["Properties"].get("Timeout", default)
                self.assertLess(alarm["Threshold"], timeout * 1000, name)

    def test_thresholds(self) -> None:
        """A line in a chart is where an alarm begins."""
        thresholds: dict[str, set[float]] = {}
        for alarm in stack.alarms().values():
            thresholds.setdefault(alarm.get("MetricName", ""), set()).add(alarm["Threshold"])
        for panel in named.grafana()["panels"]:
            if panel["type"] == "timeseries":
                lines = {step["value"] for step in panel["fieldConfig"]["defaults"]["thresholds"]["steps"]} - {None}
                metrics = {target.get("metricName") for target in panel["targets"]}
                begins = {value for metric in metrics for value in thresholds.get(metric, ())}
                self.assertLessEqual(lines, begins, panel["title"])

    def test_alarms_say_what_to_do(self) -> None:
        """Each alarm leads to the part of docs/operations.md that has it in its table."""
        parts: dict[str, set[str]] = {}
        for part in re.split(r"^#+ ", _OPERATIONS.read_text(encoding="utf-8"), flags=re.MULTILINE):
            heading, *lines = part.split("\n")
            if not heading.startswith("Alarms of "):
                continue
            first_cells = [line.split("|")[1] for line in lines if line.startswith("| `")]
            parts[heading.lower().replace(" ", "-")] = set(re.findall(r"`(\w+)`", " ".join(first_cells)))
        self.assertEqual(set().union(*parts.values()), set(stack.alarms()))
        for name, alarm in stack.alarms().items():
            with self.subTest(name):
                self.assertEqual(alarm["AlarmName"], {"Fn::Sub": f"${{Stack}}/{name}"})
                self.assertEqual(alarm["AlarmActions"], [{"Ref": "AlarmsTopic"}])
                self.assertIn("First: ", alarm["AlarmDescription"])
                _, _, anchor = alarm["AlarmDescription"].strip().partition("docs/operations.md#")
                self.assertIn(name, parts[anchor])


if __name__ == "__main__":
    unittest.main()
