"""The load of one race: requests per second while results come in, and totals of the month."""

from math import exp
from typing import NamedTuple

from .inputs import RACE


class Load(NamedTuple):
    """Requests per second."""

    edge: float  # at CloudFront
    bibs: float  # at the origin, for the result of one bib
    lists: float  # at the origin, for a list of results

    @property
    def origin(self) -> float:
        """Requests that no cache answers."""
        return self.bibs + self.lists


def cache_misses(rate: float, urls: float, ttl: float) -> float:
    """Requests per second that reach the origin, when `rate` requests per second are spread randomly over `urls`.

    A cache fetches a URL once in each `ttl` (seconds) in which it is requested, which has the probability
    1 - exp(-requests per URL and ttl).
    """
    return RACE.caches * urls / ttl * (1 - exp(-rate / RACE.caches * ttl / urls))


def load(factor: float) -> Load:
    """The load at `factor` times the mean of the race."""
    polls = RACE.spectators * RACE.watched_minutes * 60 / RACE.poll_seconds
    edge = factor * polls / (RACE.hours * 3600)
    return Load(
        edge,
        cache_misses(edge * RACE.bib_share, RACE.runners, RACE.ttl_seconds),
        cache_misses(edge * (1 - RACE.bib_share), RACE.list_urls, RACE.ttl_seconds),
    )


MEAN, PEAK = load(1), load(RACE.peak_factor)
# Per second, in the busiest minute.
FINISHERS = RACE.runners * RACE.peak_minute_share / 60
APPLICANTS = RACE.runners * RACE.opening_share / 60

# Totals of a month with one race.
SECONDS = RACE.hours * 3600
POLLS = MEAN.edge * SECONDS
ORIGIN_READS = MEAN.origin * SECONDS
UNCACHED_READS = RACE.runners * RACE.own_reads
# A sign-up hashes a password, as a login does.
LOGINS = RACE.runners * (1 + RACE.logins)
APPLICATIONS = RACE.runners
RESULTS = RACE.runners + RACE.corrections
WRITES = APPLICATIONS + RESULTS
API_REQUESTS = ORIGIN_READS + UNCACHED_READS + LOGINS + WRITES
# Mean size of the answer to a poll.
POLL_KB = RACE.bib_share * RACE.bib_kb + (1 - RACE.bib_share) * RACE.list_kb + RACE.header_kb
