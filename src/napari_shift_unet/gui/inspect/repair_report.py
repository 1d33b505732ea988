"""What a repair did, as a small table."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..controls.wording import count_text, seconds_text
from .repair_job import AGAIN, Repaired

if TYPE_CHECKING:
    from ...seams import Audit

CELL = "padding: 1px 0px 1px 12px"
NOTHING = "–"
SIZE = {2: "area", 3: "volume"}


def report_html(before: "Audit", repaired: Repaired) -> str:
    """Return a table of what was before a repair and what is after it, in HTML."""
    heads = ("", "before", "after")
    rows = [heads, *_rows(before, repaired)]
    lines = "".join(
        f"<tr><td>{name}</td>"
        + "".join(f"<td align='right' style='{CELL}'>{cell}</td>" for cell in cells)
        + "</tr>"
        for name, *cells in rows
    )
    return f"<table>{lines}</table>"


def cost_text(repaired: Repaired) -> str:
    """Say in a line what a repair cost."""
    renewed = repaired.renewed
    way = "All predicted again" if renewed.way == AGAIN else "Strips predicted again"
    tiles = count_text(renewed.tiles_predicted, "tile")
    kept = f", {renewed.tiles_kept} kept" if renewed.tiles_kept else ""
    return (
        f"{way}: {tiles}{kept}, {renewed.computing:.0%} of the computing of a new run, "
        f"{seconds_text(renewed.seconds)}. Ctrl+Z on the labels takes it back."
    )


def _rows(before: "Audit", repaired: Repaired) -> Iterator[tuple[str, str, str]]:
    one, other = repaired.renewed.repair.before, repaired.renewed.repair.after
    split, left = repaired.split
    yield "Pairs that look split", f"{split:,}", f"{left:,}"
    for axis, letter in enumerate(before.stack.axes):
        jumps = _jump(before, axis), _jump(repaired.audited.audit, axis)
        if jumps != (NOTHING, NOTHING):
            yield f"Jump at seams along {letter}", *jumps
    yield "Objects", f"{one.objects:,}", f"{other.objects:,}"
    size = SIZE[len(before.stack.space)]
    yield f"Total {size} [px]", f"{one.area_px:,}", f"{other.area_px:,}"
    yield f"Mean {size} [px]", f"{one.mean_area_px:,.1f}", f"{other.mean_area_px:,.1f}"
    if one.mean_intensity is not None and other.mean_intensity is not None:
        yield "Mean intensity", f"{one.mean_intensity:,.4g}", f"{other.mean_intensity:,.4g}"


def _jump(audit: "Audit", axis: int) -> str:
    """Say how far the embedding jumps at the seams of an axis, over what it does elsewhere."""
    jump = None if audit.jumps is None else audit.jumps[axis]
    return NOTHING if jump is None else f"{jump.ratio:.2f} ×"
