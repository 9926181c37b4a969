"""Rules for the workflows that actionlint does not check."""

import re
import unittest

from local.instance import ROOT

_FILES = sorted((ROOT / ".github").glob("workflows/*.yml")) + sorted((ROOT / ".github").glob("actions/*/action.yml"))
_USES = re.compile(r"^\s*(?:- )?uses: (?P<action>\S+)(?P<comment>.*)$", re.MULTILINE)
_JOB = re.compile(r"^  \w+:\n(?:(?:    .*| *#.*)?\n)+", re.MULTILINE)


class WorkflowsTest(unittest.TestCase):
    """All workflows and actions."""

    def test_pins_third_party_actions_to_a_commit(self) -> None:
        """A tag could be moved to malicious code. A comment names the version."""
        used = [(file.name, match) for file in _FILES for match in _USES.finditer(file.read_text())]
        self.assertGreater(len(used), 0)
        for name, match in used:
            if match["action"].startswith("./"):
                continue
            with self.subTest(workflow=name, action=match["action"]):
                self.assertRegex(match["action"], r"^[\w-]+/[\w-]+@[0-9a-f]{40}$")
                self.assertRegex(match["comment"], r"^ # v\d+\.\d+\.\d+$")

    def test_sets_timeouts_and_permissions(self) -> None:
        """The defaults are six hours and the permissions of the repository's settings."""
        for file in _FILES:
            if file.parent.name != "workflows":
                continue
            text = file.read_text()
            with self.subTest(workflow=file.name):
                self.assertRegex(text, r"(?m)^permissions:")
            _, jobs = text.split("\njobs:\n")
            found = _JOB.findall(jobs)
            self.assertGreater(len(found), 0)
            for job in found:
                with self.subTest(workflow=file.name, job=job.split(":", maxsplit=1)[0].strip()):
                    self.assertRegex(job, r"(?m)^    (timeout-minutes: \d+|uses: \./.+)$")
