"""What a probe says to others: exact tiles as examples, and all of it as JSON."""

from dataclasses import asdict, dataclass
from typing import Any

from ...geometry import Footprint
from .verdict import Verdict

NEAR_PX = {2: (128, 256, 512), 3: (32, 64, 128)}
"""Output windows that people ask for, by number of axes."""


@dataclass(frozen=True, slots=True)
class ExactTile:
    """Sizes per axis in px of a tile whose result is that of one pass over the whole image."""

    window: tuple[int, ...]
    """What the network returns."""
    crop: tuple[int, ...]
    """The largest part of it that leaves no seams."""
    reads: tuple[int, ...]
    """What the network is given."""


def exact_tiles(verdict: Verdict) -> tuple[ExactTile, ...]:
    """Return exact tiles near the usual sizes, the smallest first; none where none is exact."""
    if not verdict.exact:
        return ()
    footprint = verdict.footprint
    windows = (_nearest_window(footprint, px) for px in NEAR_PX[footprint.ndim])
    return tuple(
        ExactTile(
            window,
            tuple(crops[-1] for crops in footprint.legal_crops(window)),
            footprint.input_size(window),
        )
        for window in dict.fromkeys(windows)
    )


def verdict_facts(name: str, verdict: Verdict) -> dict[str, Any]:
    """Return what is said of a probed network; sizes are in px per axis, (z,) y, x."""
    footprint = verdict.footprint
    return {
        "model": name,
        "ndim": len(verdict.axes),
        "in_channels": verdict.in_channels,
        "out_channels": verdict.out_channels,
        "period": list(verdict.period),
        "context_px": list(verdict.context),
        "context_sides_px": [sides and list(sides) for sides in verdict.context_sides],
        "padding_px": [axis.padding and list(axis.padding) for axis in verdict.axes],
        "read_context_px": list(footprint.context),
        "smallest_window": list(footprint.window_base),
        "window_step": list(footprint.window_step),
        "exact": verdict.exact,
        "reasons": list(verdict.reasons),
        "advice": list(verdict.advice),
        "tiles": [
            {key: list(sizes) for key, sizes in asdict(tile).items()}
            for tile in exact_tiles(verdict)
        ],
    }


def _nearest_window(footprint: Footprint, px: int) -> tuple[int, ...]:
    """Return the output window nearest to `px` along every axis that holds a period."""
    above = footprint.window_at_least(tuple(max(px, period) for period in footprint.period))
    smallest = footprint.window_at_least(footprint.period)
    return tuple(
        min((n, max(low, n - step)), key=lambda size: (abs(size - px), size))
        for n, low, step in zip(above, smallest, footprint.window_step, strict=True)
    )
