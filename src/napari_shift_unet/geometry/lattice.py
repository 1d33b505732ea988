"""Where to draw the lines of a regular grid, never finer than a screen can show."""

from math import ceil, floor

from ..errors import InputError


def lattice_lines(
    start: float, stop: float, step: int, *, offset: int = 0, min_gap: float = 1.0
) -> range:
    """Return positions of grid lines inside an interval of one axis.

    Parameters
    ----------
    start, stop
        Visible interval in image px; a line at either end is included.
    step
        Distance of the grid's lines in px.
    offset
        Position of one line in px.
    min_gap
        Smallest distance in image px that may be drawn. A finer grid is thinned to every second,
        fourth, ... line, so that what is drawn is a part of the grid and stays in place on zooming.

    Raises
    ------
    InputError
        If the step is not positive.
    """
    if step < 1:
        raise InputError(f"the step of the grid is {step} px; it must be at least 1 px.")
    while step < min_gap:
        step *= 2
    first = offset + ceil((start - offset) / step) * step
    return range(first, floor(stop) + 1, step)
