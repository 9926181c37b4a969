"""The Discord stand-in."""

import tempfile
import unittest
from pathlib import Path
from typing import Any

from local.discord import REQUESTS_PER_WINDOW, DiscordError, Fault, Faults, Inbox, InvalidFieldError, RateLimit, check


class CheckTest(unittest.TestCase):
    """Limits of messages."""

    def test_accepts_messages_at_the_limits(self) -> None:
        """Discord's documented limits are inclusive."""
        check({"content": "x" * 2000})
        check({"embeds": [{"title": "x" * 256, "footer": {"text": "x" * 2048}}] * 2})
        check({"embeds": [{"description": "x" * 4096}]})
        check({"embeds": [{"fields": [{"name": "n" * 200, "value": "v" * 40}] * 25}]})
        check({"embeds": [{"description": "x" * 600}] * 10})

    def test_rejects_messages_above_the_limits(self) -> None:
        """By one character or element, and wrong types."""
        field = {"name": "n", "value": "v"}
        rejected: list[Any] = [
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
        for message in rejected:
            with self.subTest(message=str(message)[:60]), self.assertRaises(InvalidFieldError):
                check(message)

    def test_rejects_empty_messages(self) -> None:
        """Without content and embeds."""
        empty: list[Any] = [{}, {"content": " "}, {"embeds": []}]
        for message in empty:
            with self.subTest(message=message), self.assertRaises(DiscordError):
                check(message)


class RateLimitTest(unittest.TestCase):
    """Limits of requests."""

    def test_each_webhook_has_its_own_limit(self) -> None:
        """A rejected request says when to retry."""
        limit = RateLimit()
        for _ in range(REQUESTS_PER_WINDOW):
            limit.take("/webhook/a")
        with self.assertRaises(DiscordError) as rejected:
            limit.take("/webhook/a")
        self.assertGreater(rejected.exception.body["retry_after"], 0)
        limit.take("/webhook/b")


class FaultsTest(unittest.TestCase):
    """Injected faults."""

    def served(self, faults: Faults, webhook: str, body: str = "") -> tuple[int, Any] | None:
        """Status and retry_after of the response to a request, or None without a fault."""
        try:
            faults.take(webhook, body)
        except DiscordError as error:
            return int(error.status), error.body.get("retry_after")
        return None

    def test_a_fault_fails_count_requests(self) -> None:
        """Later requests succeed."""
        faults = Faults()
        faults.add(Fault.parse({"status": 500, "count": 2}))
        faults.add(Fault.parse({"status": 429, "count": 1, "retry_after": 0.3}))
        answers = [self.served(faults, "/webhook/a") for _ in range(4)]
        self.assertEqual(answers, [(500, None), (500, None), (429, 0.3), None])
        self.assertEqual([fault["served"] for fault in faults.all()], [2, 1])

    def test_a_fault_matches_by_webhook_and_text(self) -> None:
        """Other requests succeed."""
        faults = Faults()
        faults.add(Fault.parse({"status": 503, "count": 9, "webhook": "/webhook/a", "contains": "Seoul"}))
        self.assertIsNone(self.served(faults, "/webhook/b", "Seoul 10K"))
        self.assertIsNone(self.served(faults, "/webhook/a", "Busan"))
        self.assertIsNotNone(self.served(faults, "/webhook/a", "Seoul 10K"))

    def test_rejects_invalid_faults(self) -> None:
        """Missing, unknown and invalid fields."""
        invalid: list[Any] = [[], {}, {"status": 500}, {"status": 7, "count": 1}, {"status": 500, "count": 1, "x": 1}]
        for body in invalid:
            with self.subTest(body=body), self.assertRaises(ValueError):
                Fault.parse(body)


class InboxTest(unittest.TestCase):
    """Received messages."""

    def test_finds_messages_by_text_after_a_restart(self) -> None:
        """Also by text in embeds."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "inbox.jsonl"
            inbox = Inbox(file)
            inbox.add("/webhook/a", {"content": "서울 마라톤"})
            inbox.add("/webhook/a", {"embeds": [{"title": "Busan"}]})
            again = Inbox(file)
            self.assertEqual([entry["id"] for entry in again.find("Busan")], ["2"])
            self.assertEqual([entry["id"] for entry in again.find("마라톤")], ["1"])
            self.assertEqual(len(again.find("")), 2)


if __name__ == "__main__":
    unittest.main()
