"""Prices and quantities, from the JSON files."""

import json
from pathlib import Path
from types import SimpleNamespace

_FOLDER = Path(__file__).parent

PRICE_LIST = json.loads((_FOLDER / "prices.json").read_text(encoding="utf-8"))
# US dollars per unit, in Seoul.
PRICES: dict[str, float] = {name: price["usd"] for name, price in PRICE_LIST["prices"].items()}

# By group and name: a value and its description.
QUANTITIES: dict[str, dict[str, tuple[float, str]]] = json.loads(
    (_FOLDER / "quantities.json").read_text(encoding="utf-8")
)


def _group(name: str) -> SimpleNamespace:
    return SimpleNamespace(**{key: value for key, (value, _) in QUANTITIES[name].items()})


RACE = _group("race")
MEASURES = _group("measures")
STACK = _group("stack")
# What AWS does not charge for, per account and month, by the name of the price.
FREE: dict[str, float] = {name: value for name, (value, _) in QUANTITIES["free"].items()}
