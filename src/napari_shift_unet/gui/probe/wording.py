"""A verdict in words and tables, for a user to read."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

from ..controls.wording import count_text, sizes_text

if TYPE_CHECKING:
    from ...networks import Verdict
    from ...networks.probing import ExactTile

EXACT = "Exact: this network can be tiled without seams."
INEXACT = "Not exact: no tiling of this network is free of seams."
CELL = "padding: 1px 12px 1px 0px"


def facts_html(verdict: "Verdict") -> str:
    """Say what was measured, a column per axis, as a table in HTML."""
    axes = verdict.axes
    rows = [
        ("<b>Measured</b>", [f"along {letter}" for letter in "zyx"[-len(axes) :]]),
        ("Period", [_px(axis.period) for axis in axes]),
        ("Context before, after", [_sides(sides) for sides in verdict.context_sides]),
        ("Padding reaches", [_sides(axis.padding, "nothing") for axis in axes]),
        ("Acts on whole tile", [_found(axis.fault == "whole tile") for axis in axes]),
        ("Place in tile matters", [_found(axis.fault == "place") for axis in axes]),
        ("Size of tile matters", [_found(axis.fault == "size") for axis in axes]),
    ]
    if verdict.random:
        rows[1:] = [(name, ["–"] * len(axes)) for name, _ in rows[1:]]
    return _table(rows)


def general_text(verdict: "Verdict") -> str:
    """Say in a line what holds for all axes."""
    drawn = "random numbers drawn" if verdict.random else "no random numbers drawn"
    return (
        f"{len(verdict.axes)}D, {count_text(verdict.in_channels, 'channel')} in, "
        f"{verdict.out_channels} out; {drawn}"
    )


def tiles_html(tiles: Sequence["ExactTile"]) -> str:
    """Say which tiles are exact, as a table in HTML."""
    rows = [("<b>Exact tiles</b>", ["crop to", "read"])]
    rows += [
        (f"return {sizes_text(tile.window)}", [sizes_text(tile.crop), sizes_text(tile.reads)])
        for tile in tiles
    ]
    return _table(rows)


def list_html(sentences: Iterable[str]) -> str:
    """Say some sentences below each other, in HTML."""
    return "".join(f"<p style='margin: 3px 0px'>{escape(text)}</p>" for text in sentences)


def _table(rows: Iterable[tuple[str, Sequence[str]]]) -> str:
    lines = (
        f"<tr><td style='{CELL}'>{name}</td>"
        + "".join(f"<td style='{CELL}'>{cell}</td>" for cell in cells)
        + "</tr>"
        for name, cells in rows
    )
    return f"<table>{''.join(lines)}</table>"


def _px(number: int | None) -> str:
    return "none" if number is None else f"{number} px"


def _sides(sides: tuple[int, int] | None, nothing: str = "") -> str:
    if sides is None:
        return "–"
    if nothing and not any(sides):
        return nothing
    before, after = sides
    return f"{before} px" if before == after else f"{before}, {after} px"


def _found(found: bool) -> str:
    return "yes" if found else "no"
