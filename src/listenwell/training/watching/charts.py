"""Curves as inline SVG that take their colours from the page around them."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import isfinite

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 84, 14, 22, 44
MOST_POINTS = 400
TICKS = 4

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """One curve.

    Attributes:
        dots: Whether its points are marked, for a curve of few.
    """

    name: str
    points: Sequence[Point]
    dots: bool = False


def chart(title: str, lines: Sequence[Line], *, x_name: str = "step", marks: Sequence[tuple[float, str]] = ()) -> str:  # fmt: skip
    """Return a figure with its legend, or an empty string when there is nothing to draw.

    Args:
        title: What it shows; read aloud by a screen reader.
        lines: The curves; points that are not finite are left out.
        x_name: What runs to the right.
        marks: Places with a name, where a stage begins.
    """
    lines = [Line(line.name, _thinned(line.points), line.dots) for line in lines]
    drawn = [line for line in lines if line.points]
    if not drawn:
        return ""
    frame = _Frame.around([point for line in drawn for point in line.points])
    parts = [*_grid(frame), *_marks(frame, marks)]
    parts += [_curve(frame, index, line) for index, line in enumerate(drawn)]
    last = ", ".join(f"{line.name} ends at {shown(line.points[-1][1])}" for line in drawn)
    legend = "".join(
        f'<span class="key k{index}">{escape(line.name)}</span>' for index, line in enumerate(drawn)
    )
    return (
        f"<figure><figcaption>{escape(title)} <small>{legend}</small></figcaption>"
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(f"{title}: {last}")}">'
        f"{''.join(parts)}"
        f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 4}" text-anchor="end">{escape(x_name)}</text>'
        "</svg></figure>"
    )


def shown(value: float) -> str:
    """Return a figure with three digits that count: 0.0000213, 1.27, 34.1, 1,204."""
    if value == 0:
        return "0"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.2e}" if abs(value) < 0.001 else f"{value:.3g}"


@dataclass(frozen=True, slots=True)
class _Frame:
    x: Point
    y: Point

    @classmethod
    def around(cls, points: Sequence[Point]) -> "_Frame":
        xs, ys = [x for x, _ in points], [y for _, y in points]
        low, high = min(ys), max(ys)
        room = (high - low) * 0.05 or abs(high) * 0.05 or 1.0
        bottom = max(0.0, low - room) if low >= 0 else low - room
        return cls((min(xs), max(max(xs), min(xs) + 1)), (bottom, high + room))

    def place(self, point: Point) -> Point:
        across = (point[0] - self.x[0]) / (self.x[1] - self.x[0])
        up = (point[1] - self.y[0]) / (self.y[1] - self.y[0])
        return (
            LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM),
        )  # fmt: skip


def _thinned(points: Sequence[Point]) -> list[Point]:
    """Return at most so many points, the last one always among them."""
    finite = [point for point in points if all(map(isfinite, point))]
    step = -(-len(finite) // MOST_POINTS) or 1
    return finite[::-1][::step][::-1]


def _grid(frame: _Frame) -> list[str]:
    parts = []
    for n in range(TICKS + 1):
        value = frame.y[0] + (frame.y[1] - frame.y[0]) * n / TICKS
        _, y = frame.place((frame.x[0], value))
        parts.append(
            f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{shown(value)}</text>'
        )
        step = frame.x[0] + (frame.x[1] - frame.x[0]) * n / TICKS
        if n < TICKS:
            x, _ = frame.place((step, frame.y[0]))
            parts.append(f'<text x="{x:.1f}" y="{HEIGHT - 22}">{shown(step)}</text>')
    return parts


def _marks(frame: _Frame, marks: Sequence[tuple[float, str]]) -> list[str]:
    parts = []
    for at, name in marks:
        x, _ = frame.place((max(at, frame.x[0]), frame.y[0]))
        parts.append(
            f'<line class="mark" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>'
            f'<text x="{x + 4:.1f}" y="{TOP - 6}">{escape(name)}</text>'
        )
    return parts


def _curve(frame: _Frame, index: int, line: Line) -> str:
    placed = [frame.place(point) for point in line.points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>' for x, y in placed)
    shape = f'<polyline points="{path}"/>' if len(placed) > 1 else ""
    return f'<g class="line l{index}">{shape}{dots if line.dots or len(placed) == 1 else ""}</g>'
