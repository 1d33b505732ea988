"""Numbers with their units, as the widgets say them."""

from collections.abc import Sequence

from ...geometry import TilePlan


def sizes_text(sizes: Sequence[int], unit: str = " px") -> str:
    """Say a size per axis: ``144 px``, or ``16 × 144 × 144 px`` where the axes differ."""
    return " × ".join(map(str, sizes if len(set(sizes)) > 1 else sizes[:1])) + unit


def legal_text(plan: TilePlan) -> str:
    """Say why a plan of several tiles leaves no seams."""
    if len(set(plan.crop)) == len(set(plan.period)) == 1:
        crop, period = plan.crop[0], plan.period[0]
        return f"{crop} px is {crop // period} × {period} px, the network's period"
    return f"the crop is a multiple of {sizes_text(plan.period)}, the network's period"


def count_text(count: int, noun: str) -> str:
    """Say a number of things: ``1 tile``, ``20,000 tiles``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def bytes_text(count: int) -> str:
    """Say a size in memory: ``310 MB``, ``12.4 GB``."""
    if count >= 1e9:
        return f"{count / 1e9:.1f} GB"
    return f"{max(1, round(count / 1e6))} MB"


def seconds_text(seconds: float) -> str:
    """Say a duration: ``2 s``, ``3 min``, ``1 h 20 min``."""
    if seconds < 1:
        return "1 s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"
