"""The table as a picture: how far each row is from its bar."""

from collections.abc import Sequence
from math import ceil, floor, log10
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

WIDTH_PX, ROW_PX, LEFT_PX, RIGHT_PX, HEAD_PX, FOOT_PX = 860, 44, 380, 30, 50, 50
SMOOTH = 2
"""Drawn this much larger, then made smaller: Pillow's lines have hard edges."""
TEXT, FAINT, MET, MISSED = (40, 40, 40), (222, 222, 222), (30, 90, 160), (190, 60, 40)


def write_picture(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    """Draw one line per row: a dot for the median, a bar from the worst to the best round."""
    placed = [_against_bar(row) for row in rows]
    values = [1.0, *(value for three in placed for value in three)]
    low, high = floor(log10(min(values))), max(1, ceil(log10(max(values))))
    height = HEAD_PX + ROW_PX * len(rows) + FOOT_PX
    sheet = Image.new("RGB", (WIDTH_PX * SMOOTH, height * SMOOTH), "white")
    draw = ImageDraw.Draw(sheet)

    def across(value: float) -> float:
        return LEFT_PX + (WIDTH_PX - LEFT_PX - RIGHT_PX) * (log10(value) - low) / (high - low)

    _say(draw, (16, 14), "Measured against the bar, median and all rounds", 15)
    foot = height - FOOT_PX
    for power in range(low, high + 1):
        at = across(10.0**power)
        colour = TEXT if power == 0 else FAINT
        _line(draw, (at, HEAD_PX), (at, foot), colour, 1)
        _say(draw, (at, foot + 6), "bar" if power == 0 else f"{10.0**power:g} x", 12, "ma")
    _say(draw, (WIDTH_PX - RIGHT_PX, foot + 24), "further right is better", 12, "ra")
    for number, (row, (worst, middle, best)) in enumerate(zip(rows, placed, strict=True)):
        y = HEAD_PX + ROW_PX * (number + 0.5)
        colour = MET if row["met"] else MISSED
        _say(draw, (LEFT_PX - 14, y - 8), row["name"], 12, "rm")
        _say(draw, (LEFT_PX - 14, y + 8), f"against {row['against']}", 11, "rm")
        _line(draw, (across(worst), y), (across(best), y), colour, 3)
        x = across(middle)
        box = [n * SMOOTH for n in (x - 5, y - 5, x + 5, y + 5)]
        draw.ellipse(box, colour)
    sheet.resize((WIDTH_PX, height), Image.Resampling.LANCZOS).save(path, optimize=True)


def _against_bar(row: dict[str, Any]) -> tuple[float, float, float]:
    """Return worst, median and best ratio as multiples of the bar, more being better."""
    worst, best = row["spread"] or (row["ratio"], row["ratio"])
    low, middle, high = (ratio / row["bar"] for ratio in (worst, row["ratio"], best))
    return (low, middle, high) if row["sense"] == "at least" else (1 / high, 1 / middle, 1 / low)


def _line(
    draw: ImageDraw.ImageDraw,
    start: tuple[float, float],
    end: tuple[float, float],
    colour: tuple[int, int, int],
    width: int,
) -> None:
    points = [n * SMOOTH for n in (*start, *end)]
    draw.line(points, colour, width * SMOOTH)


def _say(
    draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: int, anchor: str = "la"
) -> None:
    font = ImageFont.load_default(size * SMOOTH)
    draw.text((at[0] * SMOOTH, at[1] * SMOOTH), text, TEXT, font, anchor)
