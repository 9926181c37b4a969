"""Security, durability and failure handling of the templates after the SAM transform."""

import json
import tomllib
import unittest
from collections.abc import Iterator
from typing import Any

from infra import templates
from infra.templates import ROOT, Json, read
from infra.variants import all_combinations, dependencies, variant
from local.processed import processed

# AWS managed policies that roles may have, and why each is acceptable.
MANAGED_POLICIES = {
    "service-role/AWSLambdaBasicExecutionRole": "writes logs; LoggingConfig names the log groups",
    "service-role/AWSLambdaVPCAccessExecutionRole": "network interfaces cannot be named before Lambda creates them",
    "AWSXrayWriteOnlyAccess": "X-Ray has no resource-level permissions for writing",
    "service-role/AmazonRDSEnhancedMonitoringRole": "RDS writes its own metrics to its own log group",
}
# Wildcards that statements may have, as (logical id, action, resource), and why each is acceptable.
WILDCARDS = {
    ("EncryptionKey", "kms:*", "*"): "a key policy applies to its key only, which the account has to administer",
    ("EncryptionKey", "kms:ReEncrypt*", "*"): "a key policy applies to its key only; ReEncryptFrom and ReEncryptTo",
    ("EncryptionKey", "kms:GenerateDataKey*", "*"): "a key policy applies to its key only; with and without plaintext",
    ("SiteBucketPolicy", "s3:*", "SiteBucket"): "denies requests without TLS",
    ("LogBucketPolicy", "s3:*", "LogBucket"): "denies requests without TLS",
}
# Seconds, the maximum of SQS: 14 days.
MAX_RETENTION_SECONDS = 1_209_600


def resources() -> Iterator[tuple[str, Json]]:
    """All resources of all templates with their logical ids."""
    yield from processed(GradualDeployment="true")["Resources"].items()
    for path in sorted((ROOT / "infra").glob("*.yaml")):
        yield from read(path)["Resources"].items()


def of_type(*types: str) -> dict[str, Json]:
    """The properties of all resources of these types by logical id."""
    return {name: resource.get("Properties", {}) for name, resource in resources() if resource["Type"] in types}


def statements(value: Any) -> Iterator[Json]:
    """All policy statements nested in a value."""
    if isinstance(value, dict):
        if "Effect" in value and ("Action" in value or "NotAction" in value):
            yield value
        else:
            for inner in value.values():
                yield from statements(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from statements(inner)


def as_strings(value: Any) -> list[str]:
    """The entries of an Action or Resource; intrinsic functions as JSON."""
    items = value if isinstance(value, list) else [value]
    return [item if isinstance(item, str) else json.dumps(item) for item in items]


def is_true(value: Any) -> bool:
    """Whether a value is true under all conditions."""
    if isinstance(value, dict) and "Fn::If" in value:
        return all(is_true(branch) for branch in value["Fn::If"][1:])
    return value in (True, "true")


def samconfig() -> Json:
    """The environments of the SAM CLI."""
    return tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))


def template_parameters(environment: str) -> dict[str, str]:
    """The parameters of template.yaml in an environment of samconfig.toml."""
    overrides = samconfig()[environment]["deploy"]["parameters"]["parameter_overrides"]
    return dict(override.split("=", 1) for override in overrides.split())


class LeastPrivilege(unittest.TestCase):
    """IAM permissions."""

    def test_statements_have_no_wildcards(self) -> None:
        """Except those in WILDCARDS."""
        for name, resource in resources():
            for statement in statements(resource.get("Properties", {})):
                self.assertNotIn("NotAction", statement, name)
                for action in as_strings(statement["Action"]):
                    for target in as_strings(statement.get("Resource", "-")):
                        if "*" in action or target == "*":
                            self.assertTrue(self._is_allowed(name, action, target), f"{name}: {action} on {target}")

    def _is_allowed(self, name: str, action: str, target: str) -> bool:
        allowed = [entry for entry in WILDCARDS if entry[0] == name]
        if target == "*" and any(entry[2] == "*" for entry in allowed):
            return "*" not in action or any(entry[1] == action for entry in allowed)
        return any(entry[1] == action and entry[2] in target for entry in allowed)

    def test_roles_have_only_allowed_managed_policies(self) -> None:
        """Most AWS managed policies grant access to all queues and tables."""
        for name, role in of_type("AWS::IAM::Role").items():
            arns = [arn for entry in role.get("ManagedPolicyArns", []) for arn in self._branches(entry)]
            for arn in arns:
                policy = arn.split(":policy/")[-1]
                self.assertIn(policy, MANAGED_POLICIES, name)

    def _branches(self, value: Any) -> list[str]:
        """The strings that a value can evaluate to."""
        if isinstance(value, str):
            return [value]
        if "Fn::Sub" in value:
            return [value["Fn::Sub"]]
        if "Fn::If" in value:
            return [text for branch in value["Fn::If"][1:] for text in self._branches(branch)]
        self.assertEqual(value, {"Ref": "AWS::NoValue"})
        return []

    def test_functions_do_not_share_roles(self) -> None:
        """A shared role grants each function the permissions of the others."""
        functions = of_type("AWS::Lambda::Function")
        roles = {json.dumps(function["Role"]) for function in functions.values()}
        self.assertEqual(len(roles), len(functions))


class DataProtection(unittest.TestCase):
    """Encryption, public access, backups and retention."""

    def test_buckets_block_public_access_and_encrypt(self) -> None:
        """All four settings of the public access block are on."""
        for name, bucket in of_type("AWS::S3::Bucket").items():
            block = bucket["PublicAccessBlockConfiguration"]
            self.assertEqual([is_true(value) for value in block.values()], [True] * 4, name)
            self.assertIn("BucketEncryption", bucket, name)

    def test_queues_topics_and_tables_are_encrypted(self) -> None:
        """With an AWS managed key or a customer managed key."""
        for name, queue in of_type("AWS::SQS::Queue").items():
            managed, key = queue["SqsManagedSseEnabled"], queue["KmsMasterKeyId"]
            self.assertEqual((managed["Fn::If"][0], managed["Fn::If"][2]), ("UsesCustomerManagedKey", True), name)
            self.assertEqual(key["Fn::If"][0], "UsesCustomerManagedKey", name)
        for name, topic in of_type("AWS::SNS::Topic").items():
            # CloudWatch alarms cannot publish to a topic encrypted with alias/aws/sns. They contain no personal data.
            self.assertEqual("KmsMasterKeyId" in topic, name != "AlarmsTopic", name)
        for name, table in of_type("AWS::DynamoDB::Table").items():
            self.assertTrue(is_true(table["SSESpecification"]["SSEEnabled"]), name)

    def test_tables_have_backups_and_outlive_the_stack(self) -> None:
        """Point-in-time recovery is on, and CloudFormation retains the table."""
        tables = {name: resource for name, resource in resources() if resource["Type"] == "AWS::DynamoDB::Table"}
        names = {table["Properties"]["TableName"]["Fn::Sub"].partition("-")[2] for table in tables.values()}
        self.assertEqual(names, {"official_marathon", "player", "official_record", "non_official_record"})
        for name, table in tables.items():
            recovery = table["Properties"]["PointInTimeRecoverySpecification"]
            self.assertTrue(is_true(recovery["PointInTimeRecoveryEnabled"]), name)
            self.assertEqual(table["DeletionPolicy"], "RetainExceptOnCreate", name)
            self.assertEqual(table["UpdateReplacePolicy"], "Retain", name)

    def test_deletion_protection_follows_its_parameter(self) -> None:
        """Tables and databases are protected in both stages, or in none while a stack is created."""
        for stage in ("dev", "prod"):
            for protection in ("false", "true"):
                chosen = {"Stage": stage, "DeletionProtection": protection}
                template = variant("template.yaml", next(all_combinations("template.yaml")) | chosen)
                tables = templates.of_type(template, "AWS::DynamoDB::Table")
                self.assertEqual(len(tables), 4)
                for name, table in tables.items():
                    self.assertEqual(table["Properties"]["DeletionProtectionEnabled"], protection == "true", name)
                parameters = template["Resources"]["UserDb"]["Properties"]["Parameters"]
                self.assertEqual(parameters["DeletionProtection"], {"Ref": "DeletionProtection"})
        for parameters in all_combinations("infra/user-db.yaml"):
            template = variant("infra/user-db.yaml", parameters)
            expected = parameters["DeletionProtection"] == "true"
            for resource in templates.of_type(template, "AWS::RDS::DBCluster", "AWS::RDS::DBInstance").values():
                # Instances of a cluster have no protection of their own.
                if "DBClusterIdentifier" not in resource["Properties"]:
                    self.assertEqual(resource["Properties"]["DeletionProtection"], expected, parameters)

    def test_only_the_first_deployment_of_prod_is_unprotected(self) -> None:
        """A failed first deployment has to delete what it has created; all later ones turn the protection on."""
        self.assertEqual(read(ROOT / "template.yaml")["Parameters"]["DeletionProtection"]["Default"], "false")
        first, prod = template_parameters("prod-first"), template_parameters("prod")
        self.assertEqual(prod, first | {"DeletionProtection": "true"})
        self.assertNotIn("DeletionProtection", first)
        config = samconfig()
        for environment in ("prod-first", "prod"):
            del config[environment]["deploy"]["parameters"]["parameter_overrides"]
        self.assertEqual(config["prod-first"], config["prod"])

    def test_log_groups_have_a_retention_period(self) -> None:
        """Functions write to log groups of the templates, because those that Lambda creates never expire."""
        groups = of_type("AWS::Logs::LogGroup")
        for name, group in groups.items():
            self.assertIn("RetentionInDays", group, name)
        for name, function in of_type("AWS::Lambda::Function").items():
            self.assertIn(function["LoggingConfig"]["LogGroup"].get("Ref"), groups, name)


class FailureHandling(unittest.TestCase):
    """Retries and dead-letter queues."""

    def test_source_queues_have_a_dead_letter_queue(self) -> None:
        """Their visibility timeout is at least six times the timeout of the function, as AWS recommends."""
        queues, functions = of_type("AWS::SQS::Queue"), of_type("AWS::Lambda::Function")
        sources = of_type("AWS::Lambda::EventSourceMapping").values()
        by_queue = {source["EventSourceArn"]["Fn::GetAtt"][0]: source for source in sources}
        for name, queue in queues.items():
            if name.endswith("Dlq"):
                continue
            self.assertIn("RedrivePolicy", queue, name)
            function = by_queue[name]["FunctionName"]["Ref"].split("Alias")[0]
            timeout = functions[function]["Timeout"]
            local, cloud = queue["VisibilityTimeout"]["Fn::If"][1:]
            self.assertGreaterEqual(local, timeout, name)
            self.assertGreaterEqual(cloud, 6 * timeout, name)

    def test_event_sources_report_partial_failures_and_limit_retries(self) -> None:
        """One failing record does not block the others, and retries end."""
        for name, source in of_type("AWS::Lambda::EventSourceMapping").items():
            self.assertEqual(source["FunctionResponseTypes"], ["ReportBatchItemFailures"], name)
            if source["EventSourceArn"]["Fn::GetAtt"][1] == "StreamArn":
                self.assertIn("OnFailure", source["DestinationConfig"], name)
                self.assertTrue(is_true(source["BisectBatchOnFunctionError"]), name)
                self.assertGreater(source["MaximumRetryAttempts"], 0, name)
                self.assertGreater(source["MaximumRecordAgeInSeconds"], 0, name)

    def test_queues_have_the_maximum_retention_period(self) -> None:
        """Dead letters stay until somebody redrives them."""
        for name, queue in of_type("AWS::SQS::Queue").items():
            self.assertEqual(queue["MessageRetentionPeriod"], MAX_RETENTION_SECONDS, name)


class Connections(unittest.TestCase):
    """Connections to user_db."""

    def test_connections_without_tls_are_rejected(self) -> None:
        """The value is ON in a cluster parameter group and 1 in a parameter group of an instance."""
        for kind, value in (("DBClusterParameterGroup", "ON"), ("DBParameterGroup", "1")):
            groups = of_type(f"AWS::RDS::{kind}")
            self.assertTrue(groups, kind)
            for name, group in groups.items():
                self.assertEqual(group["Parameters"]["require_secure_transport"], value, name)

    def test_proxy_is_created_after_its_account(self) -> None:
        """The migration creates the account. Without it, the proxy cannot become available."""
        template = variant(
            "template.yaml", {**next(all_combinations("template.yaml")), "Stage": "prod", "UserDbProxy": "true"}
        )
        self.assertIn("Migration", dependencies(template)["Proxy"])

    # The share of max_connections for functions; the rest is for administration.
    FUNCTIONS_SHARE = 0.8

    def test_functions_cannot_exceed_max_connections(self) -> None:
        """In prod. Each execution environment holds one connection, and each function has a maximum concurrency."""
        prod = template_parameters("prod")
        sources = of_type("AWS::Lambda::EventSourceMapping").values()
        limits = {
            source["FunctionName"]["Ref"]: source.get("ScalingConfig", {}).get("MaximumConcurrency")
            for source in sources
        }
        connections = 0
        for name, function in of_type("AWS::Lambda::Function").items():
            if "USER_DB_URL" not in function.get("Environment", {}).get("Variables", {}):
                continue
            if "ReservedConcurrentExecutions" in function:
                reserved = function["ReservedConcurrentExecutions"]["Fn::If"]
                self.assertEqual(reserved[:2], ["HasUserDbConcurrency", {"Ref": "UserDbConcurrency"}], name)
                connections += int(prod["UserDbConcurrency"])
            elif name in ("PointsAudit", "UserDbMigrate"):
                # Invoked one at a time, by a schedule and by a deployment.
                connections += 1
            else:
                connections += limits[f"{name}Aliaslive"]
        operations = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
        self.assertRegex(operations, rf"\b{connections}\b", "the number of connections in docs/operations.md")
        self.assertLess(connections, self.FUNCTIONS_SHARE * int(prod["UserDbMaxConnections"]))


class Versions(unittest.TestCase):
    """Function versions."""

    def test_functions_with_secrets_get_a_new_version_with_each_revision(self) -> None:
        """A version has the environment it was published with, and a new description publishes a new version."""
        versions = of_type("AWS::Lambda::Version")
        descriptions = {version["FunctionName"]["Ref"]: version.get("Description") for version in versions.values()}
        for name, function in of_type("AWS::Lambda::Function").items():
            if "resolve:secretsmanager" in json.dumps(function.get("Environment", {})):
                self.assertEqual(descriptions[name], {"Fn::Sub": "secrets ${SecretsRevision}"}, name)


class GradualDeployment(unittest.TestCase):
    """Traffic shifting in production."""

    def test_functions_roll_back_on_alarms(self) -> None:
        """Except user-db-migrate, which the deployment itself invokes."""
        resources = processed(GradualDeployment="true")["Resources"]
        aliases = {name: alias for name, alias in resources.items() if alias["Type"] == "AWS::Lambda::Alias"}
        gradual = {name for name, alias in aliases.items() if "UpdatePolicy" in alias}
        self.assertEqual(set(aliases) - gradual, {"UserDbMigrateAliaslive"})
        for name in gradual:
            update = aliases[name]["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
            group = resources[update["DeploymentGroupName"]["Ref"]]["Properties"]
            self.assertTrue(group["AutoRollbackConfiguration"]["Enabled"], name)
            condition, configuration, _ = group["AlarmConfiguration"]["Fn::If"]
            self.assertEqual(condition, "UsesGradualDeployment", name)
            alarms = {alarm["Name"]["Ref"] for alarm in configuration["Alarms"]}
            self.assertEqual(alarms, {"ApiErrorsAlarm", "PipelineErrorsAlarm"}, name)


class Exceptions(unittest.TestCase):
    """The exceptions at the top of this file."""

    def test_exceptions_are_still_needed(self) -> None:
        """An exception for a resource that no longer exists would allow the next mistake."""
        names = {name for name, _ in resources()}
        for name, _, _ in WILDCARDS:
            self.assertIn(name, names)
        for reason in (*MANAGED_POLICIES.values(), *WILDCARDS.values()):
            self.assertTrue(reason)


if __name__ == "__main__":
    unittest.main()
