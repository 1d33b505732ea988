"""`shift-unet prompt`: from an image and boxes or clicks to one object each."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from ..networks import DEFAULT_MODEL
from .console import note, result, result_json
from .options import (
    ChannelOption,
    CropOption,
    Device,
    JsonOption,
    ModelOption,
    Precision,
    TileOption,
    crop_size,
    numbers,
)
from .progress import follow_prediction


def prompt(
    image: Path,
    /,
    *,
    boxes: Annotated[Path, Parameter(metavar="FILE.csv")],
    output: Annotated[Path, Parameter(metavar="DIR")],
    model: ModelOption = DEFAULT_MODEL,
    sigma: float | None = None,
    tile: TileOption = None,
    crop: CropOption = "auto",
    channel: ChannelOption = None,
    device: Device = "auto",
    precision: Precision = "float32",
    as_json: JsonOption = False,
) -> None:
    """Make one object of each box or click, and write labels.tif, objects.csv and run.json.

    Parameters
    ----------
    image
        TIFF, OME-Zarr, PNG or JPEG.
    boxes
        CSV of boxes (y0, x0, y1, x1) or clicks (y, x) in px, or a Shapes or Points layer as napari
        saves it; docs/cli.md has all columns.
    output
        Folder of the results; it is made if it is not there.
    model
        A bundled model or a model file.
    sigma
        Width of the kernel around the seed of an object, in units of the embedding; if left out,
        one that suits the model.
    tile
        Output window in px, for all axes or one each; if left out, the one of least computing.
    crop
        Kept of each window in px: any number, auto (the largest that leaves no seam) or none.
    channel
        Channel(s) to read, counted from 0; if left out, the first ones.
    device
        Where to compute.
    precision
        Arithmetic of the convolutions.
    as_json
        Print the content of run.json instead of one line.
    """
    from ..results import check_directory, write_results
    from ..segmentation import SegmentConfig, prompt_events

    check_directory(output)
    config = SegmentConfig(
        tile=numbers("tile", tile),
        crop=crop_size(crop),
        channel=numbers("channel", channel),
        device=device,
        precision=precision,
    )
    found = follow_prediction(prompt_events(image, boxes, model=model, config=config, sigma=sigma))
    written = write_results(output, found)
    objects, asked = found.facts["objects"], found.facts["prompts"]["count"]
    if objects < asked:
        note(f"{asked - objects} of {asked} prompts got no object: those of others cover it.")
    if as_json:
        result_json(found.facts)
    else:
        names = ", ".join(path.name for path in written)
        seconds = found.facts["seconds"]
        result(f"{objects} objects in {seconds:.1f} s, written to {output}: {names}")
