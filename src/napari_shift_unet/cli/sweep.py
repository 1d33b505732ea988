"""`shift-unet sweep`: what a wrong output window costs on real images."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from ..networks import DEFAULT_MODEL
from .clustering import CLUSTERED_AS_VALIDATED, ClusterOptions
from .console import columns, result, result_json
from .options import Device, JsonOption, ModelOption, Precision, numbers
from .progress import follow_sweep

if TYPE_CHECKING:
    from ..sweep import Contrast, Sweep


def sweep(
    data: Path,
    /,
    *,
    windows: Annotated[str, Parameter(metavar="FIRST:LAST:STEP")],
    output: Annotated[Path, Parameter(metavar="DIR")],
    model: ModelOption = DEFAULT_MODEL,
    split: Literal["train", "val", "test"] | None = None,
    shape: Annotated[str | None, Parameter(metavar="N [N ...]")] = None,
    clustering: ClusterOptions = CLUSTERED_AS_VALIDATED,
    device: Device = "auto",
    precision: Precision = "float32",
    as_json: JsonOption = False,
) -> None:
    """Stitch images from uncropped output windows of many sizes; count false splits, score AP.

    Writes images.csv, sweep.csv, sweep.json and sweep.png. A sweep that was stopped goes on with
    the same command.

    Parameters
    ----------
    data
        Folder with images/, masks/ and, if any, split.json.
    windows
        Output windows in px, for all axes: the first, the last and the step, as 112:152:4.
    output
        Folder of the results; it is made if it is not there.
    model
        A bundled model or a model file.
    split
        Which images: train, val or test; left out, test if split.json lists it, else all.
    shape
        Only images of this size in px.
    clustering
        How pixels become objects; the model has its own settings for those that are left out.
    device
        Where to compute.
    precision
        Arithmetic of the convolutions.
    as_json
        Print the content of sweep.json instead of a table.
    """
    from ..sweep import SweepConfig, parse_windows, sweep_events

    size = numbers("shape", shape)
    config = SweepConfig(
        windows=parse_windows(windows),
        split=split,
        shape=(size,) if isinstance(size, int) else size,
        device=device,
        precision=precision,
    )
    found = follow_sweep(sweep_events(data, model, output, config, clustering.given))
    if as_json:
        result_json(found.facts)
        return
    result(_table(found))
    if found.contrast is not None:
        result(_describe(found.contrast))
    result(f"written to {output}: images.csv, sweep.csv, sweep.json, sweep.png")


def _table(found: "Sweep") -> str:
    rows = [("window", "multiple", "false splits", "at seams", "AP 0.5", "images")]
    for point in found.facts["curve"]:
        rows.append(
            (
                f"{point['window']} px",
                "yes" if point["multiple_of_the_period"] else "",
                f"{point['false_splits']:.2f}",
                f"{point['false_splits_at_seams']:.2f}",
                f"{point['ap']:.3f}",
                str(point["images"]),
            )
        )
    return columns(rows)


def _describe(contrast: "Contrast") -> str:
    """Say in one line how windows off the lattice differ from those on it."""
    low, high = contrast.false_splits_ratio_interval
    ratio, ends = contrast.false_splits_ratio, contrast.ap_difference_interval
    times = "" if ratio is None else f", {ratio:.2f} times as many"
    if ratio is not None and low is not None:
        times += f" ({low:.2f} to {'any' if high is None else f'{high:.2f}'})"
    return (
        f"false splits: {contrast.false_splits_off:.2f} per image off the multiples, "
        f"{contrast.false_splits_on:.2f} at them{times}; AP 0.5: {contrast.ap_off:.3f} and "
        f"{contrast.ap_on:.3f}, difference {contrast.ap_difference:+.3f} ({ends[0]:+.3f} to "
        f"{ends[1]:+.3f}); 95% intervals over {contrast.images} images"
    )
