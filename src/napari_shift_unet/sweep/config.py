"""What is swept, and over which images."""

import re

from pydantic import Field, field_validator

from ..errors import InputError
from ..prediction import Precision
from ..settings import Settings
from ..training.folder import Split

RANGE = re.compile(r"(\d+)(?::(\d+)(?::(\d+))?)?")
MOST_WINDOWS = 1000


class SweepConfig(Settings):
    """What a user decides before a sweep."""

    windows: tuple[int, ...] = Field(min_length=1)
    """Output windows in px, the same along all axes."""
    split: Split | None = None
    """Which part of the data; `None` for the test split, or all images if none is listed."""
    shape: tuple[int, ...] | None = None
    """Only images of this size in px; `None` for any."""
    device: str = "auto"
    """"auto", "cpu", "cuda" or "mps"."""
    precision: Precision = "float32"
    """Arithmetic of the convolutions."""

    @field_validator("windows")
    @classmethod
    def _in_order(cls, windows: tuple[int, ...]) -> tuple[int, ...]:
        if min(windows) < 1:
            raise InputError(f"a window is {min(windows)} px; it must be at least 1 px")
        return tuple(sorted(set(windows)))


def parse_windows(text: str) -> tuple[int, ...]:
    """Read windows as FIRST:LAST:STEP in px, both ends included; the step is 1 if left out.

    Raises
    ------
    InputError
        If the text is anything else, or holds no window or too many.
    """
    found = RANGE.fullmatch(text.strip())
    if found is None:
        raise InputError(
            f"the windows are '{text}'; give the first, the last and the step in px as 112:152:4."
        )
    first, last, step = found[1], found[2] or found[1], found[3] or "1"
    windows = tuple(range(int(first), int(last) + 1, int(step))) if int(step) else ()
    if not 0 < len(windows) <= MOST_WINDOWS or windows[0] < 1:
        raise InputError(
            f"the windows '{text}' are {len(windows)} sizes from {first} px on; give 1 to "
            f"{MOST_WINDOWS} of at least 1 px, the smallest first, as 112:152:4."
        )
    return windows
