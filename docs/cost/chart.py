"""A chart of cost over load as SVG, legible on light and dark ground."""

from collections.abc import Callable
from math import log10

WIDTH, HEIGHT = 760, 440
LEFT, RIGHT, TOP, BOTTOM = 78, 28, 56, 64
LOADS, COSTS = (0.1, 1000.0), (50.0, 10_000.0)
COST_TICKS = (50, 100, 200, 500, 1000, 2000, 5000, 10_000)
LOAD_TICKS = (0.1, 1, 10, 100, 1000)
STEPS = 240

STYLE = """
  text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328; }
  .title { font-size: 15px; font-weight: 600; }
  .quiet { fill: #59636e; font-size: 12px; }
  .grid { stroke: #d1d9e0; stroke-width: 1; }
  .axis { stroke: #59636e; stroke-width: 1.2; }
  .mark { stroke: #59636e; stroke-width: 1.2; stroke-dasharray: 4 4; }
  .line { fill: none; stroke-width: 2.6; stroke-linejoin: round; }
  .line0 { stroke: #0969da; } .text0 { fill: #0969da; font-weight: 600; }
  .line1 { stroke: #bc4c00; } .text1 { fill: #bc4c00; font-weight: 600; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; } .quiet { fill: #9198a1; }
    .grid { stroke: #30363d; } .axis, .mark { stroke: #9198a1; }
    .line0 { stroke: #58a6ff; } .text0 { fill: #58a6ff; }
    .line1 { stroke: #f0883e; } .text1 { fill: #f0883e; }
  }
"""


def _between(value: float, bounds: tuple[float, float]) -> float:
    """Where a value is between two others, on a logarithmic scale."""
    low, high = bounds
    return (log10(value) - log10(low)) / (log10(high) - log10(low))


def _x(load: float) -> float:
    return LEFT + _between(load, LOADS) * (WIDTH - LEFT - RIGHT)


def _y(cost: float) -> float:
    return HEIGHT - BOTTOM - _between(cost, COSTS) * (HEIGHT - TOP - BOTTOM)


def _text(x: float, y: float, text: str, style: str = "", anchor: str = "middle", extra: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{style}" text-anchor="{anchor}"{extra}>{text}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, style: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{style}"/>'


def _curve(month: Callable[[float], float]) -> str:
    low, high = (log10(load) for load in LOADS)
    loads = [10 ** (low + (high - low) * step / STEPS) for step in range(STEPS + 1)]
    return " ".join(f"{_x(load):.1f},{_y(min(month(load), COSTS[1])):.1f}" for load in loads)


def draw(designs: list[tuple[str, Callable[[float], float]]], marks: list[tuple[float, str]]) -> str:
    """Each design's cost of a month over a steady load, and loads to compare with."""
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'role="img" aria-labelledby="title description">',
        '<title id="title">Cost of a month over a steady load</title>',
        '<desc id="description">Both axes are logarithmic. The serverless design is cheaper up to the break-even, '
        "the replaced design beyond it.</desc>",
        f"<style>{STYLE}</style>",
        _text(LEFT, 24, "Cost of a month over a steady load at the origin", "title", "start"),
        _text(LEFT, 43, "Seoul, without CloudFront and DynamoDB requests, which cost both the same", "quiet", "start"),
    ]
    for cost in COST_TICKS:
        parts += [
            _line(LEFT, _y(cost), right, _y(cost), "grid"),
            _text(LEFT - 8, _y(cost) + 4, f"${cost:,}", "", "end"),
        ]
    for load in LOAD_TICKS:
        parts += [_line(_x(load), TOP, _x(load), bottom, "grid"), _text(_x(load), bottom + 20, f"{load:,g}")]
    parts += [_line(LEFT, bottom, right, bottom, "axis"), _line(LEFT, TOP, LEFT, bottom, "axis")]
    parts.append(_text((LEFT + right) / 2, HEIGHT - 16, "requests/s at the origin, all month"))
    middle = (TOP + bottom) / 2
    parts.append(_text(18, middle, "$ a month", extra=f' transform="rotate(-90 18 {middle:.1f})"'))
    for row, (load, name) in enumerate(marks):
        parts.append(_line(_x(load), TOP, _x(load), bottom, "mark"))
        parts.append(_text(_x(load) - 6, TOP + 18 + 40 * row, name, "", "end"))
        parts.append(_text(_x(load) - 6, TOP + 34 + 40 * row, f"{load:.1f}/s", "quiet", "end"))
    for index, (name, month) in enumerate(designs):
        parts.append(f'<polyline points="{_curve(month)}" class="line line{index}"/>')
        at = LOADS[0] * 1.25
        parts.append(_text(_x(at), _y(month(at)) - 9, name, f"text{index}", "start"))
    return "\n".join([*parts, "</svg>", ""])
