"""Where to draw the lines of a regular grid, never finer than a screen can show."""

from math import ceil


def lattice_lines(
    start: float, stop: float, step: int, *, offset: int = 0, min_gap: float = 1.0
) -> range:
    """Return positions of grid lines inside an interval of one axis.

    Parameters
    ----------
    start, stop
        Visible interval in image px.
    step
        Distance of the grid's lines in px.
    offset
        Position of one line in px.
    min_gap
        Smallest distance in image px that may be drawn. A finer grid is thinned to every second,
        fourth, ... line, so that what is drawn is a part of the grid and stays in place on zooming.
    """
    while step < min_gap:
        step *= 2
    first = offset + ceil((start - offset) / step) * step
    return range(first, int(stop) + 1, step)
