"""The tables of docs/cost.md and docs/scale.md, in Markdown, for cog."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from math import log10
from typing import Any

from . import bill, limits, traffic
from .inputs import PRICE_LIST, QUANTITIES

_NUMERIC = re.compile(r"[-*\d.,× $–]*")


def summary() -> str:
    """The bill by group."""
    items = bill.items()
    rows = []
    for group, members in groupby(items, key=lambda item: item.group):
        part = list(members)
        rows.append([group, usd(bill.rest(part)), usd(bill.race(part))])
    rows.append(["**Sum**", f"**{usd(bill.rest(items))}**", f"**{usd(bill.race(items))}**"])
    return table(["$ a month", "at rest", "a race adds"], rows)


def figures() -> str:
    """Numbers derived from the bill."""
    items = bill.items()
    rows = [
        ["a month with one race", f"${usd(bill.rest(items) + bill.race(items))}"],
        ["the same after the free allowances", f"${usd(bill.with_allowances(items))}"],
        ["a million requests at the origin, without DynamoDB", f"${bill.origin_request() * 1e6:.2f}"],
        ["mean of a month with one race", f"{traffic.API_REQUESTS / bill.MONTH_SECONDS:.1f} requests/s at the origin"],
    ]
    return table(["", ""], rows)


def items() -> str:
    """The bill item by item."""
    every = bill.items()
    rows = [
        [
            item.name,
            item.formula,
            count(item.rest),
            count(item.race),
            usd(item.usd(item.rest)),
            usd(item.usd(item.race)),
        ]
        for item in every
    ]
    rows.append(["**Sum**", "", "", "", f"**{usd(bill.rest(every))}**", f"**{usd(bill.race(every))}**"])
    return table(["item", "quantity", "at rest", "a race", "$ at rest", "$ a race"], rows)


def variants() -> str:
    """Other configurations at rest."""
    return table(["at rest", "$ a month"], ([name, usd(amount)] for name, amount in bill.variants()))


def quantities() -> str:
    """Assumptions and measurements about a race."""
    rows = [
        [f"`{group}.{name}`", f"{value:,}", description]
        for group in ("race", "measures")
        for name, (value, description) in QUANTITIES[group].items()
    ]
    return table(["quantity", "value", "meaning"], rows)


def prices() -> str:
    """The price list."""
    rows = [
        [f"`{name}`", price["unit"], number(price["usd"]), us_east_1(price), price["source"]]
        for name, price in PRICE_LIST["prices"].items()
    ]
    return table(["price", "per", "$ Seoul", "$ us-east-1", "source"], rows)


def sources() -> str:
    """Where the prices are from."""
    lines = "\n".join(f"- **{name}**: {text}" for name, text in PRICE_LIST["sources"].items())
    return f"\n{lines}\n\n"


def loads() -> str:
    """The load of one race, and of more races."""
    peak_gbit = traffic.PEAK.edge * traffic.POLL_KB * 8 / 1e6
    loads = [
        ("CloudFront, mean", traffic.MEAN.edge, "requests/s"),
        ("CloudFront, peak", traffic.PEAK.edge, "requests/s"),
        ("CloudFront, peak", peak_gbit, "Gbit/s"),
        ("origin, peak: results of bibs", traffic.PEAK.bibs, "requests/s"),
        ("origin, peak: lists", traffic.PEAK.lists, "requests/s"),
        ("results entered, busiest minute", traffic.FINISHERS, "results/s"),
        ("applications, first minute", traffic.APPLICANTS, "applications/s"),
    ]
    return table(
        ["load", "unit", "1×", "10×", "100×", "1,000×"],
        ([name, unit, *(count(value * factor) for factor in (1, 10, 100, 1000))] for name, value, unit in loads),
    )


def headroom() -> str:
    """The limits, the nearest first."""
    return table(
        ["limit", "of", "at most", "1× has", "unit", "met at"],
        (
            [limit.name, limit.scope, count(limit.rate), count(limit.load), limit.unit, f"{count(limit.headroom)}×"]
            for limit in limits.limits()
        ),
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table between blank lines. Columns of numbers are aligned to the right."""
    rows = list(rows)
    alignment = [
        "---:" if all(_NUMERIC.fullmatch(row[column]) for row in rows) else "---" for column in range(len(head))
    ]
    lines = ("| " + " | ".join(cells) + " |" for cells in [head, alignment, *rows])
    return "\n" + "\n".join(lines) + "\n\n"


def usd(amount: float) -> str:
    """Dollars and cents."""
    return f"{amount:,.2f}" if amount else "–"


def count(quantity: float) -> str:
    """A quantity with three significant digits, or all digits of a whole number."""
    if quantity == 0:
        return "–"
    if quantity >= 1000 or quantity == int(quantity):
        return f"{quantity:,.0f}"
    return f"{quantity:.{max(0, 2 - int(log10(quantity)))}f}" if quantity >= 1 else f"{quantity:.2g}"


def number(value: float) -> str:
    """A price without trailing zeros."""
    return f"{value:.10f}".rstrip("0").rstrip(".")


def us_east_1(price: dict[str, Any]) -> str:
    """The price in us-east-1, if known; in brackets if it was not checked."""
    if "us_east_1" not in price:
        return ""
    text = number(price["us_east_1"])
    return f"({text})" if "us_source" in price else text
