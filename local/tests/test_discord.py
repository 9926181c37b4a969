"""The stand-in refuses what Discord refuses."""

import tempfile
import unittest
from pathlib import Path
from typing import Any

from local.discord import REQUESTS_PER_WINDOW, Fault, Faults, Inbox, Invalid, RateLimit, Refusal, check


class CheckTest(unittest.TestCase):
    """Each limit, at it and one above."""

    def test_messages_at_the_limits_are_taken(self) -> None:
        """Discord's documented limits are inclusive."""
        check({"content": "x" * 2000})
        check({"embeds": [{"title": "x" * 256, "footer": {"text": "x" * 2048}}] * 2})
        check({"embeds": [{"description": "x" * 4096}]})
        check({"embeds": [{"fields": [{"name": "n" * 200, "value": "v" * 40}] * 25}]})
        check({"embeds": [{"description": "x" * 600}] * 10})

    def test_messages_above_the_limits_are_refused(self) -> None:
        """One more is too many."""
        field = {"name": "n", "value": "v"}
        refused: list[Any] = [
            {"content": "x" * 2001},
            {"content": 1},
            {"embeds": [{"title": "x"}] * 11},
            {"embeds": [{"title": "x" * 257}]},
            {"embeds": [{"description": "x" * 4097}]},
            {"embeds": [{"fields": [field] * 26}]},
            {"embeds": [{"fields": [{**field, "name": "x" * 257}]}]},
            {"embeds": [{"fields": [{**field, "value": "x" * 1025}]}]},
            {"embeds": [{"fields": [{"name": "n"}]}]},
            {"embeds": [{"footer": {"text": "x" * 2049}}]},
            {"embeds": [{"description": "x" * 3000}, {"description": "x" * 3001}]},
            {"embeds": "x"},
            ["content"],
        ]
        for message in refused:
            with self.subTest(message=str(message)[:60]), self.assertRaises(Invalid):
                check(message)

    def test_an_empty_message_is_refused(self) -> None:
        """There has to be something to show."""
        empty: list[Any] = [{}, {"content": " "}, {"embeds": []}]
        for message in empty:
            with self.subTest(message=message), self.assertRaises(Refusal):
                check(message)


class RateLimitTest(unittest.TestCase):
    """Each webhook has its own."""

    def test_a_webhook_is_limited_and_others_are_not(self) -> None:
        """The request after the last is told how long to wait."""
        limit = RateLimit()
        for _ in range(REQUESTS_PER_WINDOW):
            limit.take("/webhook/a")
        with self.assertRaises(Refusal) as refused:
            limit.take("/webhook/a")
        self.assertGreater(refused.exception.body["retry_after"], 0)
        limit.take("/webhook/b")


class FaultsTest(unittest.TestCase):
    """Failures on demand."""

    def served(self, faults: Faults, webhook: str, body: str = "") -> tuple[int, Any] | None:
        """Status and pause of the refusal that a request meets."""
        try:
            faults.take(webhook, body)
        except Refusal as refusal:
            return int(refusal.status), refusal.body.get("retry_after")
        return None

    def test_a_fault_is_served_as_often_as_asked_and_counted(self) -> None:
        """Then Discord works again."""
        faults = Faults()
        faults.add(Fault.parse({"status": 500, "count": 2}))
        faults.add(Fault.parse({"status": 429, "count": 1, "retry_after": 0.3}))
        answers = [self.served(faults, "/webhook/a") for _ in range(4)]
        self.assertEqual(answers, [(500, None), (500, None), (429, 0.3), None])
        self.assertEqual([fault["served"] for fault in faults.all()], [2, 1])

    def test_a_fault_may_concern_one_webhook_or_one_text(self) -> None:
        """Others notice nothing."""
        faults = Faults()
        faults.add(Fault.parse({"status": 503, "count": 9, "webhook": "/webhook/a", "contains": "Seoul"}))
        self.assertIsNone(self.served(faults, "/webhook/b", "Seoul 10K"))
        self.assertIsNone(self.served(faults, "/webhook/a", "Busan"))
        self.assertIsNotNone(self.served(faults, "/webhook/a", "Seoul 10K"))

    def test_what_is_no_fault_is_refused(self) -> None:
        """A test that asks for nonsense should hear of it."""
        nonsense: list[Any] = [[], {}, {"status": 500}, {"status": 7, "count": 1}, {"status": 500, "count": 1, "x": 1}]
        for asked in nonsense:
            with self.subTest(asked=asked), self.assertRaises(ValueError):
                Fault.parse(asked)


class InboxTest(unittest.TestCase):
    """What was received can be found."""

    def test_messages_are_found_by_their_text_and_outlive_the_process(self) -> None:
        """Texts within embeds count."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "inbox.jsonl"
            inbox = Inbox(file)
            inbox.add("/webhook/a", {"content": "서울 마라톤"})
            inbox.add("/webhook/a", {"embeds": [{"title": "Busan"}]})
            again = Inbox(file)
            self.assertEqual([kept["id"] for kept in again.find("Busan")], ["2"])
            self.assertEqual([kept["id"] for kept in again.find("마라톤")], ["1"])
            self.assertEqual(len(again.find("")), 2)


if __name__ == "__main__":
    unittest.main()
