"""Removal of the tables of deleted stacks: what prevents it, backups, deletions."""

import contextlib
import io
import unittest
from typing import Any
from unittest import mock

import boto3
from botocore.exceptions import ClientError
from botocore.stub import ANY, Stubber

from deploy import remove_tables
from deploy.remove_tables import TABLES, main, remove
from infra.templates import APPLICATION, of_type, read

_STACK = "mrmrthon-pr-1"
_NAMES = [f"{_STACK}-{name}" for name in TABLES]
_ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/"


class RemoveTest(unittest.TestCase):
    """The calls to CloudFormation and DynamoDB, in their order and with valid parameters."""

    def setUp(self) -> None:
        """Clients that accept exactly the expected calls."""
        options = {"region_name": "us-east-1", "aws_access_key_id": "-", "aws_secret_access_key": "-"}
        self.cloudformation, self.dynamodb = (boto3.client(name, **options) for name in ("cloudformation", "dynamodb"))
        self.stacks, self.tables = Stubber(self.cloudformation), Stubber(self.dynamodb)
        self.stacks.activate()
        self.tables.activate()
        sleep = mock.patch("time.sleep")
        self.sleep = sleep.start()
        self.addCleanup(sleep.stop)

    def run_remove(self, *, backup: bool = False, confirmed: bool = True) -> int:
        """Remove the tables, and check that all expected calls were made."""
        self.output, self.errors = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(self.output), contextlib.redirect_stderr(self.errors):
            try:
                return remove(
                    self.cloudformation, self.dynamodb, _STACK, backup=backup, confirm=lambda _stack: confirmed
                )
            finally:
                self.stacks.assert_no_pending_responses()
                self.tables.assert_no_pending_responses()

    def expect_no_stack(self) -> None:
        """The stack was deleted."""
        message = f"Stack with id {_STACK} does not exist"
        self.stacks.add_client_error("describe_stacks", "ValidationError", message, 400, None, {"StackName": _STACK})

    def expect_tables(self, names: list[str], *, protected: bool = False) -> None:
        """Of the stack's tables, only these exist."""
        for name in _NAMES:
            if name in names:
                description = {"TableName": name, "TableArn": f"{_ARN}{name}", "ItemCount": 12, "TableSizeBytes": 3456}
                answer = {"Table": description | {"DeletionProtectionEnabled": protected}}
                self.tables.add_response("describe_table", answer, {"TableName": name})
            else:
                self.expect_no_table(name)

    def expect_no_table(self, name: str) -> None:
        """A table does not exist."""
        error = "ResourceNotFoundException"
        self.tables.add_client_error("describe_table", error, "not found", 400, None, {"TableName": name})

    def expect_deletions(self, names: list[str]) -> None:
        """All tables are deleted, then waited for."""
        for name in names:
            self.tables.add_response("delete_table", {}, {"TableName": name})
        for name in names:
            self.expect_no_table(name)

    def expect_backups(self, names: list[str], statuses: list[str]) -> None:
        """All backups are created, then the status of each is queried until it is the last one."""
        for name in names:
            details = self._backup(name, "CREATING")
            self.tables.add_response(
                "create_backup", {"BackupDetails": details}, {"TableName": name, "BackupName": ANY}
            )
        for name in names:
            for status in statuses:
                description = {"BackupDetails": self._backup(name, status)}
                arn = description["BackupDetails"]["BackupArn"]
                self.tables.add_response("describe_backup", {"BackupDescription": description}, {"BackupArn": arn})

    def _backup(self, name: str, status: str) -> dict[str, Any]:
        return {
            "BackupArn": f"{_ARN}{name}/backup/01700000000000-00000000",
            "BackupName": name,
            "BackupStatus": status,
            "BackupType": "USER",
            "BackupCreationDateTime": 1_700_000_000,
        }

    def test_deletes_the_tables_and_waits(self) -> None:
        """Their sizes are printed first."""
        self.expect_no_stack()
        self.expect_tables(_NAMES)
        self.expect_deletions(_NAMES)
        self.assertEqual(self.run_remove(), 0)
        for name in _NAMES:
            self.assertIn(f"{_ARN}{name}: about 12 items, 3456 bytes", self.output.getvalue())
        self.assertIn("Point-in-time recovery ends", self.output.getvalue())

    def test_continues_after_an_interrupted_removal(self) -> None:
        """Some tables are gone already."""
        self.expect_no_stack()
        self.expect_tables(_NAMES[2:])
        self.expect_deletions(_NAMES[2:])
        self.assertEqual(self.run_remove(), 0)

    def test_succeeds_without_tables(self) -> None:
        """There is nothing to delete, and nothing to confirm."""
        self.expect_no_stack()
        self.expect_tables([])
        self.assertEqual(self.run_remove(confirmed=False), 0)
        self.assertIn("us-east-1", self.output.getvalue())

    def test_refuses_while_the_stack_exists(self) -> None:
        """Also if its creation failed or its deletion has not ended."""
        for status in ("UPDATE_COMPLETE", "ROLLBACK_COMPLETE", "DELETE_IN_PROGRESS", "REVIEW_IN_PROGRESS"):
            stack = {"StackName": _STACK, "CreationTime": 1_700_000_000, "StackStatus": status}
            self.stacks.add_response("describe_stacks", {"Stacks": [stack]}, {"StackName": _STACK})
            self.assertEqual(self.run_remove(), 1)
            self.assertIn("delete the stack first", self.errors.getvalue())

    def test_refuses_if_the_stack_cannot_be_described(self) -> None:
        """Without the permission nobody knows whether the stack exists."""
        self.stacks.add_client_error("describe_stacks", "AccessDenied", "not authorized", 403)
        with self.assertRaises(ClientError):
            self.run_remove()

    def test_refuses_protected_tables(self) -> None:
        """It says how to turn the protection off, and deletes none."""
        self.expect_no_stack()
        self.expect_tables(_NAMES[:2], protected=True)
        self.assertEqual(self.run_remove(backup=True), 1)
        for name in _NAMES[:2]:
            command = f"aws dynamodb update-table --table-name {name} --no-deletion-protection-enabled\n"
            self.assertIn(command, self.errors.getvalue())

    def test_deletes_nothing_without_confirmation(self) -> None:
        """Nor does it create backups."""
        self.expect_no_stack()
        self.expect_tables(_NAMES)
        self.assertEqual(self.run_remove(backup=True, confirmed=False), 1)

    def test_backs_up_before_it_deletes(self) -> None:
        """All backups are available first."""
        self.expect_no_stack()
        self.expect_tables(_NAMES)
        self.expect_backups(_NAMES, ["CREATING", "AVAILABLE"])
        self.expect_deletions(_NAMES)
        self.assertEqual(self.run_remove(backup=True), 0)
        self.assertEqual(self.output.getvalue().count("\ncreated "), len(_NAMES))
        self.assertEqual(self.sleep.call_count, len(_NAMES))

    def test_deletes_nothing_if_a_backup_is_deleted(self) -> None:
        """It will never become available."""
        self.expect_no_stack()
        self.expect_tables(_NAMES[:1])
        self.expect_backups(_NAMES[:1], ["DELETED"])
        with self.assertRaisesRegex(TimeoutError, "is DELETED; no table was deleted"):
            self.run_remove(backup=True)

    def test_deletes_nothing_if_a_backup_misses_the_deadline(self) -> None:
        """A backup that never ends."""
        self.expect_no_stack()
        self.expect_tables(_NAMES[:1])
        self.expect_backups(_NAMES[:1], ["CREATING", "CREATING"])
        with (
            mock.patch("time.monotonic", side_effect=[0, 1, remove_tables.BACKUP_SECONDS + 1]),
            self.assertRaisesRegex(TimeoutError, "is CREATING; no table was deleted"),
        ):
            self.run_remove(backup=True)


class MainTest(unittest.TestCase):
    """Arguments and confirmation."""

    def test_rejects_other_arguments(self) -> None:
        """A misspelled option must not be ignored."""
        for arguments in ([], [""], ["--yes"], ["a", "b"], ["--backups", "a"], ["-y", "a"]):
            with self.subTest(arguments), contextlib.redirect_stderr(io.StringIO()) as errors:
                self.assertEqual(main(arguments), 2)
                self.assertIn("usage:", errors.getvalue())

    def test_asks_for_the_name_of_the_stack(self) -> None:
        """Unless --yes is given."""
        for arguments, answer, expected in (
            (["a"], "a", True),
            (["a"], "y", False),
            (["a"], "", False),
            (["a"], EOFError, False),
            (["--yes", "a"], EOFError, True),
        ):
            with (
                self.subTest(arguments=arguments, answer=answer),
                mock.patch("boto3.client"),
                mock.patch("builtins.input", side_effect=[answer]),
                mock.patch("deploy.remove_tables.remove") as removal,
                contextlib.redirect_stdout(io.StringIO()),
            ):
                main(arguments)
                self.assertIs(removal.call_args.kwargs["confirm"]("a"), expected)

    def test_a_missed_deadline_is_an_error(self) -> None:
        """Without a traceback."""
        with (
            mock.patch("boto3.client"),
            mock.patch("deploy.remove_tables.remove", side_effect=TimeoutError("late")),
            contextlib.redirect_stderr(io.StringIO()) as errors,
        ):
            self.assertEqual(main(["a"]), 1)
        self.assertEqual(errors.getvalue(), "late\n")


class TemplateTest(unittest.TestCase):
    """What the script knows about template.yaml."""

    def test_tables_are_those_of_the_template(self) -> None:
        """A new table would stay behind."""
        tables = of_type(read(APPLICATION), "AWS::DynamoDB::Table").values()
        names = [table["Properties"]["TableName"] for table in tables]
        self.assertCountEqual(names, [{"Fn::Sub": f"${{AWS::StackName}}-{name}"} for name in TABLES])


if __name__ == "__main__":
    unittest.main()
