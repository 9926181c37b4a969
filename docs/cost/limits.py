"""The limits of the stack, and how far one race is from each."""

from typing import NamedTuple

from .inputs import MEASURES
from .traffic import APPLICANTS, FINISHERS, PEAK, POLL_KB

# point-increase processes 5 batches in parallel and waits 2 s for each; it publishes this many notifications.
_NOTIFICATIONS_PER_MINUTE = 5 * 60 / 2
_PUBLISH_BATCHES = 100 / 10


class Limit(NamedTuple):
    """A limit, and the load of one race in the same unit."""

    name: str
    # What has the limit: a race, the account, a Discord channel.
    scope: str
    rate: float
    load: float
    unit: str

    @property
    def headroom(self) -> float:
        """How many times the load of one race the limit allows."""
        return self.rate / self.load


def limits() -> list[Limit]:
    """All limits, the nearest first."""
    hashing = APPLICANTS * MEASURES.login_ms / 1000
    executions = max(hashing + APPLICANTS * MEASURES.write_ms / 1000, PEAK.origin * MEASURES.read_ms / 1000)
    bib_reads = PEAK.bibs * MEASURES.bib_read_units
    reads = bib_reads + PEAK.lists * MEASURES.list_read_units
    publish_seconds = _PUBLISH_BATCHES * MEASURES.publish_ms / 1000
    found = [
        Limit(
            "applications: transactions on the race's item", "race", 1000 / MEASURES.transaction_ms, APPLICANTS, "/s"
        ),
        Limit("applications: write units of the race's item", "race", 1000 / 3, APPLICANTS, "/s"),
        Limit("applications: write units of by_calendar's year", "account", 1000 / 2, APPLICANTS, "/s"),
        Limit("API stage: requests", "account", 5000, PEAK.origin, "/s"),
        Limit("API Gateway: requests", "account", 10_000, PEAK.origin, "/s"),
        Limit("Discord: notifications in 30 posts of 10", "channel", 30 * 10, _NOTIFICATIONS_PER_MINUTE, "/min"),
        Limit("results of bibs: read units", "race", 3000, bib_reads, "/s"),
        Limit("official_record: read units of a new table", "account", 12_000, reads, "/s"),
        Limit("official_record: read units of a table", "account", 40_000, reads, "/s"),
        Limit("lists: read units of by_rank", "race", 3000 / 5, PEAK.lists, "/s"),
        Limit("results entered: write units", "race", 1000 / 2, FINISHERS, "/s"),
        Limit("results entered: a shard of the stream", "race", 100 / publish_seconds, FINISHERS, "/s"),
        Limit(
            "SNS: messages published (not checked)", "account", 3000, FINISHERS + _NOTIFICATIONS_PER_MINUTE / 60, "/s"
        ),
        Limit("user_db: connections at 8 ACU", "account", 1000, hashing + 5, ""),
        Limit("Lambda: concurrent executions", "account", 1000, executions, ""),
        Limit("CloudFront: requests", "account", 250_000, PEAK.edge, "/s"),
        Limit("CloudFront: data", "account", 150, PEAK.edge * POLL_KB * 8 / 1e6, "Gbit/s"),
    ]
    return sorted(found, key=lambda limit: limit.headroom)
