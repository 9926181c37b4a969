"""`make events` and the loop of the READMEs leave no event and no function out."""

import json
import re
import subprocess
import unittest

from local.instance import ROOT
from local.journey import JOURNEY, RUNNERS_TOKEN, USER_ID, Call

_EVENTS = {file.stem for file in (ROOT / "events").iterdir()}
# The binary of each function of the template by its logical name.
_FUNCTIONS = dict(
    re.findall(
        r"^  (\w+):\n    Type: AWS::Serverless::Function\n(?:    .*\n)*?      BuildProperties: \{Binary: ([\w-]+)\}",
        (ROOT / "template.yaml").read_text(),
        re.MULTILINE,
    )
)
_LOOP = re.compile(r"^for event in events/\*\.json; do\n(?:.*\n)*?done$", re.MULTILINE)


class Journey(unittest.TestCase):
    """The events in the order of `make events`."""

    def test_has_every_event_once_and_every_function(self) -> None:
        """A new event has to find its place in it."""
        self.assertEqual(sorted(call.event for call in JOURNEY), sorted(_EVENTS))
        self.assertEqual({call.function for call in JOURNEY}, set(_FUNCTIONS.values()))

    def test_tells_each_event_that_needs_one_whose_token_it_gets(self) -> None:
        """A token that is missing would answer 401."""
        for call in JOURNEY:
            text = (ROOT / "events" / f"{call.event}.json").read_text()
            with self.subTest(event=call.event):
                self.assertEqual("<token>" in text, call.token is not None)

    def test_replaces_everything_at_once(self) -> None:
        """What is put in may hold what another event has in place of something."""
        call = Call("points-list", "points-list", {}, token=RUNNERS_TOKEN)
        event = json.loads(call.fill({USER_ID: "7", RUNNERS_TOKEN: "1001.1001"}))
        self.assertEqual(event["rawPath"], "/api/users/7/points")
        self.assertEqual(event["headers"]["authorization"], "Bearer 1001.1001")

    def test_refuses_other_answers(self) -> None:
        """Another status, and no answer at all."""
        call = Call("users-get", "users-get", {"statusCode": 200})
        self.assertFalse(call.refuses({"statusCode": 200, "body": ""}))
        for answer in ({"statusCode": 500}, {"errorMessage": "panicked"}, None):
            with self.subTest(answer=answer):
                self.assertTrue(call.refuses(answer))


class Loop(unittest.TestCase):
    """The loop of the READMEs over `sam local invoke`."""

    def test_sends_each_event_to_its_function(self) -> None:
        """By the names that the template gives the functions."""
        wanted = {(call.event, call.function) for call in JOURNEY}
        for name in ("README.md", "README.ko.md"):
            loop = _LOOP.search((ROOT / name).read_text(encoding="utf-8"))
            with self.subTest(file=name):
                assert loop is not None  # noqa: S101 - it has to be there
                script = f'sam() {{ echo "$*"; }}\n{loop[0]}'
                lines = subprocess.run(
                    ["bash", "-euc", script],  # noqa: S607 - where it is, is the machine's affair
                    cwd=ROOT,
                    check=True,
                    capture_output=True,
                    text=True,
                ).stdout.splitlines()
                calls = [re.fullmatch(r"local invoke (\w+) --event events/([\w-]+)\.json.*", line) for line in lines]
                self.assertEqual({(call[2], _FUNCTIONS[call[1]]) for call in calls if call}, wanted)
                self.assertEqual(len(lines), len(_EVENTS))
