"""What the commands that run a network on an image share: their settings, and their last line."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .console import result, result_json
from .options import (
    ChannelOption,
    CropOption,
    Device,
    Precision,
    TileOption,
    crop_size,
    numbers,
)

if TYPE_CHECKING:
    from ..large import LargeRun
    from ..segmentation import Segmentation, SegmentConfig


def segment_config(
    tile: TileOption, crop: CropOption, channel: ChannelOption, device: Device, precision: Precision
) -> "SegmentConfig":
    """Return the settings of a run as they were typed.

    Raises
    ------
    InputError
        If one of them cannot be read.
    """
    from ..segmentation import SegmentConfig

    return SegmentConfig(
        tile=numbers("tile", tile),
        crop=crop_size(crop),
        channel=numbers("channel", channel),
        device=device,
        precision=precision,
    )


def report(
    found: "Segmentation | LargeRun", output: Path, written: Sequence[Path], *, as_json: bool
) -> None:
    """Print run.json, or one line on the objects and the files."""
    if as_json:
        result_json(found.facts)
        return
    names = ", ".join(path.name for path in written)
    objects, seconds = found.facts["objects"], found.facts["seconds"]
    result(f"{objects} objects in {seconds:.1f} s, written to {output}: {names}")
