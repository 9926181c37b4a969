"""api/journey.json and the loop of CONTRIBUTING.md over `sam local invoke` cover every event and every function."""

import json
import re
import subprocess
import unittest

from infra import templates
from local.instance import ROOT
from local.sample_events import Call, Journey

_EVENTS = {file.stem for file in (ROOT / "events").iterdir()}
# The binary of each function of the template by its logical id.
_FUNCTIONS = {
    logical_id: resource["Metadata"]["BuildProperties"]["Binary"]
    for logical_id, resource in templates.of_type(
        templates.read(templates.APPLICATION), "AWS::Serverless::Function"
    ).items()
}
_JOURNEY = Journey.load()
_LOOP = re.compile(r"^for event in events/\*\.json; do\n(?:.*\n)*?done$", re.MULTILINE)
# Names of values that are known before the first step.
_INITIAL = {"login_id", "basic", "organizer_token", "marathon_id", "response_url"}


class JourneyTest(unittest.TestCase):
    """The steps and their events."""

    def test_has_a_step_for_each_event_and_function(self) -> None:
        """A new event needs a step."""
        self.assertEqual(sorted(call.event for call in _JOURNEY.calls), sorted(_EVENTS))
        self.assertEqual({call.function for call in _JOURNEY.calls}, set(_FUNCTIONS.values()))

    def test_events_with_a_token_have_a_role(self) -> None:
        """Without a token the function would answer 401."""
        for call in _JOURNEY.calls:
            with self.subTest(event=call.event):
                text = (ROOT / "events" / f"{call.event}.json").read_text()
                self.assertEqual(_JOURNEY.placeholders["token"] in text, call.role is not None)

    def test_values_are_known_when_an_event_needs_them(self) -> None:
        """A placeholder must not reach the function."""
        known = set(_INITIAL)
        for call in _JOURNEY.calls:
            text = (ROOT / "events" / f"{call.event}.json").read_text()
            needed = {name for name, placeholder in _JOURNEY.placeholders.items() if placeholder in text}
            if call.role:
                needed = needed - {"token"} | {f"{call.role}_token"}
            with self.subTest(event=call.event):
                self.assertLessEqual(needed, known)
            known |= call.save.keys()

    def test_replaces_all_placeholders_in_one_pass(self) -> None:
        """A value may contain another placeholder."""
        call = Call("players-apply", "players-apply", {}, role="runner")
        token = f"a.{_JOURNEY.placeholders['marathon_id']}.b"
        event = json.loads(call.fill(_JOURNEY.placeholders, {"marathon_id": "7", "runner_token": token}))
        self.assertEqual(event["rawPath"], "/api/marathons/7/players")
        self.assertEqual(event["headers"]["authorization"], f"Bearer {token}")

    def test_rejects_unexpected_answers(self) -> None:
        """Another status, an error, no answer."""
        call = Call("users-get", "users-get", {"statusCode": 200})
        self.assertTrue(call.is_expected({"statusCode": 200, "body": ""}))
        for answer in ({"statusCode": 500}, {"errorMessage": "panicked"}, None):
            with self.subTest(answer=answer):
                self.assertFalse(call.is_expected(answer))


class LoopTest(unittest.TestCase):
    """The loop over `sam local invoke` in CONTRIBUTING.md."""

    def test_sends_each_event_to_its_function(self) -> None:
        """By the function's logical id."""
        wanted = {(call.event, call.function) for call in _JOURNEY.calls}
        loop = _LOOP.search((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
        assert loop is not None  # noqa: S101 - the test fails without it
        script = f'sam() {{ echo "$*"; }}\n{loop[0]}'
        lines = subprocess.run(
            ["bash", "-euc", script],  # noqa: S607 - found on the PATH
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.splitlines()
        calls = [re.fullmatch(r"local invoke (\w+) --event events/([\w-]+)\.json.*", line) for line in lines]
        self.assertEqual({(call[2], _FUNCTIONS[call[1]]) for call in calls if call}, wanted)
        self.assertEqual(len(lines), len(_EVENTS))


if __name__ == "__main__":
    unittest.main()
