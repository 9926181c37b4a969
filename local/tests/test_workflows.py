"""What actionlint does not ask of the workflows."""

import re
import unittest

from local.instance import ROOT

_FILES = sorted((ROOT / ".github").glob("workflows/*.yml")) + sorted((ROOT / ".github").glob("actions/*/action.yml"))
_USES = re.compile(r"^\s*(?:- )?uses: (?P<action>\S+)(?P<comment>.*)$", re.MULTILINE)
_JOB = re.compile(r"^  \w+:\n(?:(?:    .*| *#.*)?\n)+", re.MULTILINE)


class Workflows(unittest.TestCase):
    """Each of them."""

    def test_actions_of_others_are_pinned_to_a_commit_and_say_its_version(self) -> None:
        """A tag can be moved to another commit by whoever takes over the action."""
        used = [(file.name, match) for file in _FILES for match in _USES.finditer(file.read_text())]
        self.assertGreater(len(used), 0)
        for name, match in used:
            if match["action"].startswith("./"):
                continue
            with self.subTest(workflow=name, action=match["action"]):
                self.assertRegex(match["action"], r"^[\w-]+/[\w-]+@[0-9a-f]{40}$")
                self.assertRegex(match["comment"], r"^ # v\d+\.\d+\.\d+$")

    def test_jobs_end_and_may_do_only_what_they_say(self) -> None:
        """The defaults are six hours, and everything that the repository's settings allow."""
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
