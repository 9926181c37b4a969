"""Formats JSON so that diffs are readable."""

import json
from typing import Any


def format_json(value: Any, max_line_length: int, indent: str = "") -> str:
    """JSON in which a list or object is on one line if it fits.

    Otherwise each property, list and object starts a line of its own, and scalars of a list fill lines.
    """
    line = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(line) <= max_line_length or not isinstance(value, dict | list):
        return line
    deeper = indent + "  "
    if isinstance(value, dict):
        opening, closing = "{}"
        items = [f"{json.dumps(key)}: {format_json(item, max_line_length, deeper)}" for key, item in value.items()]
    else:
        opening, closing = "[]"
        items = _list_items(value, max_line_length, deeper)
    return f"{opening}\n{deeper}" + f",\n{deeper}".join(items) + f"\n{indent}{closing}"


def _list_items(values: list[Any], max_line_length: int, indent: str) -> list[str]:
    """The items of a list, those on one line as one."""
    items: list[str] = []
    fills_line = False
    for value in values:
        item = format_json(value, max_line_length, indent)
        is_scalar = not isinstance(value, dict | list)
        if is_scalar and fills_line and len(indent) + len(f"{items[-1]}, {item},") <= max_line_length:
            items[-1] += f", {item}"
        else:
            items.append(item)
        fills_line = is_scalar
    return items
