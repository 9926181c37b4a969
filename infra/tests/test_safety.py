"""Least privilege and protection, held against the template as CloudFormation gets to see it."""

import fnmatch
import json
import unittest
from collections.abc import Iterator
from typing import Any

from samcli.yamlhelper import yaml_parse

from local.instance import ROOT
from local.processed import processed

Json = dict[str, Any]

# What a role may be given besides its own statements, and why these reach more than one resource.
MANAGED_POLICIES = {
    "service-role/AWSLambdaBasicExecutionRole": "writing logs; the log groups are named in LoggingConfig",
    "service-role/AWSLambdaVPCAccessExecutionRole": "network interfaces have no names before they are made",
    "AWSXrayWriteOnlyAccess": "X-Ray knows no resources to restrict to",
    "service-role/AmazonRDSEnhancedMonitoringRole": "RDS writes its own metrics to its own log group",
}
# Statements that may say `*`, by the resource that has them and why.
WILDCARDS = {
    (
        "DataKey",
        "kms:*",
        "*",
    ): "a key's policy is about that key, which the account has to administer",
    (
        "DataKey",
        "kms:ReEncrypt*",
        "*",
    ): "a key's policy is about that key alone; its two actions belong together",
    ("DataKey", "kms:GenerateDataKey*", "*"): "a key's policy is about that key alone; with and without plain text",
    ("SiteBucketPolicy", "s3:*", "SiteBucket"): "denies everything without TLS",
    ("LogBucketPolicy", "s3:*", "LogBucket"): "denies everything without TLS",
}


def resources() -> Iterator[tuple[str, Json]]:
    """Every resource of every template, by its logical name."""
    yield from processed(GradualDeployment="true")["Resources"].items()
    for file in sorted((ROOT / "infra").glob("*.yaml")):
        yield from yaml_parse(file.read_text(encoding="utf-8"))["Resources"].items()


def of_type(*types: str) -> dict[str, Json]:
    """The properties of all resources of these types."""
    return {name: one.get("Properties", {}) for name, one in resources() if one["Type"] in types}


def statements(value: Any) -> Iterator[Json]:
    """Every policy statement within something."""
    if isinstance(value, dict):
        if "Effect" in value and ("Action" in value or "NotAction" in value):
            yield value
        else:
            for inner in value.values():
                yield from statements(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from statements(inner)


def words(value: Any) -> list[str]:
    """What an action or resource says, one text each; functions of the template as JSON."""
    items = value if isinstance(value, list) else [value]
    return [item if isinstance(item, str) else json.dumps(item) for item in items]


def is_true(value: Any) -> bool:
    """Whether a value is true in every case, whatever the conditions are."""
    if isinstance(value, dict) and "Fn::If" in value:
        return all(is_true(branch) for branch in value["Fn::If"][1:])
    return value in (True, "true")


class LeastPrivilege(unittest.TestCase):
    """Who may do what."""

    def test_every_action_and_resource_is_named(self) -> None:
        """No statement says `*`, but for those that cannot be told otherwise."""
        for name, resource in resources():
            for statement in statements(resource.get("Properties", {})):
                self.assertNotIn("NotAction", statement, name)
                for action in words(statement["Action"]):
                    for target in words(statement.get("Resource", "-")):
                        if "*" in action or target == "*":
                            self.assertTrue(self._is_excused(name, action, target), f"{name}: {action} on {target}")

    def _is_excused(self, name: str, action: str, target: str) -> bool:
        rules = [rule for rule in WILDCARDS if rule[0] == name]
        if target == "*" and any(rule[2] == "*" for rule in rules):
            return "*" not in action or any(rule[1] == action for rule in rules)
        return any(rule[1] == action and rule[2] in target for rule in rules)

    def test_roles_have_few_managed_policies(self) -> None:
        """Those of AWS reach every queue and table, so only the unavoidable ones are used."""
        for name, role in of_type("AWS::IAM::Role").items():
            arns = [arn for entry in role.get("ManagedPolicyArns", []) for arn in self._branches(entry)]
            for arn in arns:
                policy = arn.split(":policy/")[-1]
                self.assertIn(policy, MANAGED_POLICIES, name)

    def _branches(self, value: Any) -> list[str]:
        """Every text that a value may become."""
        if isinstance(value, str):
            return [value]
        if "Fn::Sub" in value:
            return [value["Fn::Sub"]]
        if "Fn::If" in value:
            return [text for branch in value["Fn::If"][1:] for text in self._branches(branch)]
        self.assertEqual(value, {"Ref": "AWS::NoValue"})
        return []

    def test_every_function_has_a_role_of_its_own(self) -> None:
        """A role that is shared is a role that allows too much."""
        functions = of_type("AWS::Lambda::Function")
        roles = {json.dumps(function["Role"]) for function in functions.values()}
        self.assertEqual(len(roles), len(functions))


class Protection(unittest.TestCase):
    """What is kept, and from whom."""

    def test_no_bucket_is_public(self) -> None:
        """Public access is blocked in all four ways, and what is in it is encrypted."""
        for name, bucket in of_type("AWS::S3::Bucket").items():
            block = bucket["PublicAccessBlockConfiguration"]
            self.assertEqual([is_true(value) for value in block.values()], [True] * 4, name)
            self.assertIn("BucketEncryption", bucket, name)

    def test_every_queue_topic_and_table_is_encrypted(self) -> None:
        """With a key of AWS or of one's own."""
        for name, queue in of_type("AWS::SQS::Queue").items():
            managed, key = queue["SqsManagedSseEnabled"], queue["KmsMasterKeyId"]
            self.assertEqual((managed["Fn::If"][0], managed["Fn::If"][2]), ("HasOwnKey", True), name)
            self.assertEqual(key["Fn::If"][0], "HasOwnKey", name)
        for name, topic in of_type("AWS::SNS::Topic").items():
            # CloudWatch may not use the key of SNS, and its alarms name nobody.
            self.assertEqual("KmsMasterKeyId" in topic, name != "AlarmsTopic", name)
        for name, table in of_type("AWS::DynamoDB::Table").items():
            self.assertTrue(is_true(table["SSESpecification"]["SSEEnabled"]), name)

    def test_what_people_entered_survives_mistakes(self) -> None:
        """Tables can be brought back to any moment, and outlive the stack."""
        tables = {name: one for name, one in resources() if one["Type"] == "AWS::DynamoDB::Table"}
        self.assertEqual(len(tables), 4)
        for name, table in tables.items():
            recovery = table["Properties"]["PointInTimeRecoverySpecification"]
            self.assertTrue(is_true(recovery["PointInTimeRecoveryEnabled"]), name)
            self.assertEqual(table["DeletionPolicy"], "RetainExceptOnCreate", name)
            self.assertEqual(table["UpdateReplacePolicy"], "Retain", name)

    def test_every_log_ends_some_day(self) -> None:
        """No log group keeps for ever, and every function writes to one that the templates make."""
        groups = of_type("AWS::Logs::LogGroup")
        for name, group in groups.items():
            self.assertIn("RetentionInDays", group, name)
        for name, function in of_type("AWS::Lambda::Function").items():
            self.assertIn(function["LoggingConfig"]["LogGroup"].get("Ref"), groups, name)


class Failures(unittest.TestCase):
    """What happens to what fails."""

    def test_every_queue_that_is_read_has_a_dead_letter_queue(self) -> None:
        """And its own visibility timeout is long enough for whoever reads it."""
        queues, functions = of_type("AWS::SQS::Queue"), of_type("AWS::Lambda::Function")
        sources = of_type("AWS::Lambda::EventSourceMapping").values()
        read = {source["EventSourceArn"]["Fn::GetAtt"][0]: source for source in sources}
        for name, queue in queues.items():
            if name.endswith("Dlq"):
                continue
            self.assertIn("RedrivePolicy", queue, name)
            reader = read[name]["FunctionName"]["Ref"].split("Alias")[0]
            timeout = functions[reader]["Timeout"]
            local, cloud = queue["VisibilityTimeout"]["Fn::If"][1:]
            self.assertGreaterEqual(local, timeout, name)
            self.assertGreaterEqual(cloud, 6 * timeout, name)

    def test_every_event_source_fails_message_by_message_and_ends(self) -> None:
        """No record holds up the others, and none is tried for ever."""
        for name, source in of_type("AWS::Lambda::EventSourceMapping").items():
            self.assertEqual(source["FunctionResponseTypes"], ["ReportBatchItemFailures"], name)
            if source["EventSourceArn"]["Fn::GetAtt"][1] == "StreamArn":
                self.assertIn("OnFailure", source["DestinationConfig"], name)
                self.assertTrue(is_true(source["BisectBatchOnFunctionError"]), name)
                self.assertGreater(source["MaximumRetryAttempts"], 0, name)
                self.assertGreater(source["MaximumRecordAgeInSeconds"], 0, name)

    def test_dead_letters_wait_as_long_as_a_queue_lets_them(self) -> None:
        """14 days."""
        for name, queue in of_type("AWS::SQS::Queue").items():
            self.assertEqual(queue["MessageRetentionPeriod"], 1_209_600, name)


class Connections(unittest.TestCase):
    """How many may use user_db at once."""

    # Of Aurora MySQL at the 8 capacity units of samconfig.toml's prod; a fifth is for people and the database itself.
    FOR_FUNCTIONS = 800

    def test_all_functions_together_do_not_overrun_user_db(self) -> None:
        """Each execution environment has a connection, and each function a bound."""
        of_prod = next(line for line in (ROOT / "samconfig.toml").read_text().splitlines() if "Stage=prod" in line)
        words = of_prod.split('"')[1].split()
        each_route = int(dict(word.split("=") for word in words)["UserDbConcurrency"])
        sources = of_type("AWS::Lambda::EventSourceMapping").values()
        bounds = {one["FunctionName"]["Ref"]: one.get("ScalingConfig", {}).get("MaximumConcurrency") for one in sources}
        connections = 0
        for name, function in of_type("AWS::Lambda::Function").items():
            if "USER_DB_URL" not in function.get("Environment", {}).get("Variables", {}):
                continue
            if "ReservedConcurrentExecutions" in function:
                self.assertEqual(function["ReservedConcurrentExecutions"]["Fn::If"][0], "ReservesForUserDb", name)
                connections += each_route
            elif name in ("PointsAudit", "UserDbMigrate"):
                # Nobody but a schedule and a deployment calls them.
                connections += 1
            else:
                connections += bounds[f"{name}Aliaslive"]
        self.assertEqual(connections, 452)
        self.assertLess(connections, self.FOR_FUNCTIONS)


class Versions(unittest.TestCase):
    """What callers of the alias reach."""

    def test_a_new_revision_of_the_secrets_is_a_new_version(self) -> None:
        """A version keeps the secrets that it was published with; CloudFormation replaces it for its description."""
        versions = of_type("AWS::Lambda::Version")
        described = {one["FunctionName"]["Ref"]: one.get("Description") for one in versions.values()}
        for name, function in of_type("AWS::Lambda::Function").items():
            if "resolve:secretsmanager" in json.dumps(function.get("Environment", {})):
                self.assertEqual(described[name], {"Fn::Sub": "secrets ${SecretsRevision}"}, name)


class GradualDeployment(unittest.TestCase):
    """How new code takes over in production."""

    def test_every_function_goes_back_when_an_alarm_rings(self) -> None:
        """All but the one that a deployment calls by itself."""
        resources = processed(GradualDeployment="true")["Resources"]
        aliases = {name: one for name, one in resources.items() if one["Type"] == "AWS::Lambda::Alias"}
        gradual = {name for name, alias in aliases.items() if "UpdatePolicy" in alias}
        self.assertEqual(set(aliases) - gradual, {"UserDbMigrateAliaslive"})
        for name in gradual:
            update = aliases[name]["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
            group = resources[update["DeploymentGroupName"]["Ref"]]["Properties"]
            self.assertTrue(group["AutoRollbackConfiguration"]["Enabled"], name)
            alarms = {alarm["Name"]["Ref"] for alarm in group["AlarmConfiguration"]["Alarms"]}
            self.assertEqual(alarms, {"RoutesFail", "StagesFail"}, name)


class Excuses(unittest.TestCase):
    """Exceptions are for what is there."""

    def test_no_excuse_is_left_over(self) -> None:
        """An exception that nothing needs any more would excuse the next mistake."""
        names = {name for name, _ in resources()}
        for name, _, _ in WILDCARDS:
            self.assertTrue(any(fnmatch.fnmatch(one, name) for one in names), name)
        for reason in (*MANAGED_POLICIES.values(), *WILDCARDS.values()):
            self.assertTrue(reason)


if __name__ == "__main__":
    unittest.main()
