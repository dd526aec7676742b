"""Two plain charts as SVG text, without a library: horizontal bars, and lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

_COLOURS = ("#2563eb", "#d97706", "#059669", "#dc2626", "#7c3aed")
_LEFT, _RIGHT, _TOP, _ROW, _WIDTH, _HEIGHT = 250, 110, 48, 26, 860, 320
_FONT = "font-family='system-ui, sans-serif' font-size='13'"


def bars(title: str, unit: str, values: Mapping[str, Sequence[float]], parts: Sequence[str] = ()) -> str:
    """One bar per name. Several values of a name are stacked, and `parts` says what each of them is."""
    longest = max((sum(of_name) for of_name in values.values()), default=0.0) or 1.0
    scale = (_WIDTH - _LEFT - _RIGHT) / longest
    body = []
    for row, (name, of_name) in enumerate(values.items()):
        y, x = _TOP + row * _ROW, float(_LEFT)
        body.append(_text(_LEFT - 8, y + 14, name, anchor="end"))
        for number, value in enumerate(of_name):
            body.append(_box(x, y, value * scale, 18, number))
            x += value * scale
        body.append(_text(x + 6, y + 14, f"{_short(sum(of_name))} {unit}"))
    bottom = _TOP + len(values) * _ROW
    return _document(title, bottom + (30 if parts else 10), [*body, *_legend(parts, bottom + 8)])


def lines(title: str, x_unit: str, y_unit: str, series: Mapping[str, Sequence[tuple[float, float]]]) -> str:
    """One line per name; the axes begin at 0."""
    points = [point for of_name in series.values() for point in of_name]
    most_x = max((x for x, _ in points), default=0.0) or 1.0
    most_y = max((y for _, y in points), default=0.0) or 1.0
    left, bottom = 70, _HEIGHT - 60
    scale_x, scale_y = (_WIDTH - left - 30) / most_x, (bottom - _TOP) / most_y
    body = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        x, y = left + share * most_x * scale_x, bottom - share * most_y * scale_y
        body.append(f"<line x1='{left}' x2='{_WIDTH - 30}' y1='{y:.1f}' y2='{y:.1f}' stroke='#ddd'/>")
        body.append(_text(left - 8, y + 4, _short(share * most_y), anchor="end"))
        body.append(_text(x, bottom + 18, _short(share * most_x), anchor="middle"))
    for number, of_name in enumerate(series.values()):
        path = " ".join(f"{left + x * scale_x:.1f},{bottom - y * scale_y:.1f}" for x, y in of_name)
        colour = _COLOURS[number % len(_COLOURS)]
        body.append(f"<polyline points='{path}' fill='none' stroke='{colour}' stroke-width='2'/>")
    body.append(_text(_WIDTH - 30, bottom + 36, x_unit, anchor="end"))
    return _document(f"{title} ({y_unit})", _HEIGHT, [*body, *_legend(list(series), _HEIGHT - 20)])


def _document(title: str, height: float, body: Sequence[str]) -> str:
    head = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {height:.0f}' width='{_WIDTH}' {_FONT}>"
    background = f"<rect width='{_WIDTH}' height='{height:.0f}' fill='#fff'/>"
    heading = f"<text x='16' y='28' font-size='16' font-weight='600'>{escape(title)}</text>"
    return "\n".join([head, f"<title>{escape(title)}</title>", background, heading, *body, "</svg>"]) + "\n"


def _legend(names: Sequence[str], y: float) -> list[str]:
    return [
        part
        for number, name in enumerate(names)
        for part in (_box(70 + number * 150, y, 12, 12, number), _text(88 + number * 150, y + 11, name))
    ]


def _box(x: float, y: float, width: float, height: float, number: int) -> str:
    colour = _COLOURS[number % len(_COLOURS)]
    return f"<rect x='{x:.1f}' y='{y:.1f}' width='{max(width, 0):.1f}' height='{height}' fill='{colour}'/>"


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f"<text x='{x:.1f}' y='{y:.1f}' text-anchor='{anchor}' fill='#222'>{escape(text)}</text>"


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
