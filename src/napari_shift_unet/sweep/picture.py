"""The curve of a sweep as a picture: false splits and AP over the windows."""

from collections.abc import Callable, Sequence
from math import ceil, floor, log10
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from ..images import writing
from .contrast import on_lattice
from .curve import Point, Sweep

WIDTH_PX, PANEL_PX, LEFT_PX, RIGHT_PX, HEAD_PX, FOOT_PX = 860, 220, 70, 24, 62, 64
SMOOTH = 2
"""Drawn this much larger, then made smaller: Pillow's lines have hard edges."""
TEXT, FAINT, LATTICE = (40, 40, 40), (222, 222, 222), (120, 150, 200)
SPLITS, AP = (190, 60, 40), (30, 90, 160)
TICKS = (1, 2, 2.5, 5, 10)

Place = Callable[[float, float], tuple[float, float]]


def write_picture(folder: Path, sweep: Sweep) -> None:
    """Write sweep.png into a folder.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    height = HEAD_PX + 2 * PANEL_PX + FOOT_PX
    sheet = Image.new("RGB", (WIDTH_PX * SMOOTH, height * SMOOTH), "white")
    draw = ImageDraw.Draw(sheet)
    _say(draw, (LEFT_PX, 12), _title(sweep), 15)
    _draw_panel(draw, sweep, HEAD_PX, "false splits per image", SPLITS, lambda p: p.false_splits)
    _draw_panel(draw, sweep, HEAD_PX + PANEL_PX, "AP 0.5", AP, lambda p: p.ap)
    foot = HEAD_PX + 2 * PANEL_PX
    _say(draw, (WIDTH_PX - RIGHT_PX, foot + 16), "output window in px, uncropped", 13, "ra")
    period = " x ".join(str(n) for n in dict.fromkeys(sweep.period))
    draw.line(_scaled((LEFT_PX, foot + 24), (LEFT_PX + 22, foot + 24)), LATTICE, 2 * SMOOTH)
    _say(draw, (LEFT_PX + 28, foot + 16), f"multiples of the period, {period} px", 13)
    small = sheet.resize((WIDTH_PX, height), Image.Resampling.LANCZOS)
    with writing(folder / "sweep.png") as temporary:
        small.save(temporary, format="PNG", optimize=True)


def axis_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return round numbers from at most `low` to at least `high`, evenly spaced.

    Parameters
    ----------
    low, high
        Ends of what is drawn.
    most
        Number of steps between the ticks.
    """
    span = max(high - low, 1e-9 * max(1.0, abs(high)), 1e-9)
    power = 10.0 ** floor(log10(span / most))
    step = next((t * power for t in TICKS if t * power * most >= span * (1 - 1e-9)), 10 * power)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(n * step, 12) for n in range(first, max(last, first + 1) + 1)]


def _draw_panel(
    draw: ImageDraw.ImageDraw,
    sweep: Sweep,
    top: int,
    name: str,
    colour: tuple[int, int, int],
    value: Callable[[Point], float],
) -> None:
    points = sweep.points
    values = [value(point) for point in points]
    ticks = axis_ticks(0 if colour == SPLITS else min(values), max(values))
    low, high = ticks[0], ticks[-1]
    first, last = points[0].window, points[-1].window
    inner = PANEL_PX - 62

    def place(x: float, y: float) -> tuple[float, float]:
        along = (x - first) / max(1, last - first) if last > first else 0.5
        across = LEFT_PX + 12 + (WIDTH_PX - LEFT_PX - RIGHT_PX - 24) * along
        return across, top + 30 + inner * (1 - (y - low) / (high - low))

    _say(draw, (LEFT_PX, top), name, 13, colour=colour)
    for tick in ticks:
        _, y = place(first, tick)
        draw.line(_scaled((LEFT_PX, y), (WIDTH_PX - RIGHT_PX, y)), FAINT, SMOOTH)
        _say(draw, (LEFT_PX - 8, y), f"{tick:g}", 12, "rm")
    _draw_windows(draw, sweep, place, low, high)
    line = [place(point.window, v) for point, v in zip(points, values, strict=True)]
    draw.line(_scaled(*line), colour, 2 * SMOOTH, joint="curve")
    for (x, y), point in zip(line, points, strict=True):
        radius = 5 if on_lattice(point.window, sweep.period) else 3
        box = _scaled((x - radius, y - radius), (x + radius, y + radius))
        draw.ellipse(box, colour)


def _draw_windows(
    draw: ImageDraw.ImageDraw, sweep: Sweep, place: Place, low: float, high: float
) -> None:
    """Mark the multiples of the period, and name the windows below as far as there is room."""
    first, last = sweep.points[0].window, sweep.points[-1].window
    for window in range(first, last + 1):
        if on_lattice(window, sweep.period):
            draw.line(_scaled(place(window, low), place(window, high)), LATTICE, 2 * SMOOTH)
    every = ceil(len(sweep.points) / 16)
    for point in sweep.points[::every]:
        x, y = place(point.window, low)
        _say(draw, (x, y + 4), str(point.window), 12, "ma")


def _title(sweep: Sweep) -> str:
    model, count = sweep.settings["model"]["name"], sweep.points[0].images
    images = "image" if count == 1 else "images"
    return f"{model} on {count} {images} of {sweep.settings['data']}"


def _say(
    draw: ImageDraw.ImageDraw,
    at: tuple[float, float],
    text: str,
    size: int,
    anchor: str = "la",
    colour: tuple[int, int, int] = TEXT,
) -> None:
    font = ImageFont.load_default(size * SMOOTH)
    draw.text((at[0] * SMOOTH, at[1] * SMOOTH), text, colour, font, anchor)


def _scaled(*points: Sequence[float]) -> list[tuple[float, float]]:
    return [(x * SMOOTH, y * SMOOTH) for x, y in points]
