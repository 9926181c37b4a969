"""The stand-in refuses what Discord refuses."""

import tempfile
import unittest
from pathlib import Path
from typing import Any

from local.discord import REQUESTS_PER_WINDOW, Inbox, Invalid, RateLimit, Refusal, check


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
