"""`shift-unet prompt`: from an image and boxes or clicks to one object each."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from ..networks import DEFAULT_MODEL
from .console import note
from .foreign import MethodOption, TrustOption, open_model
from .options import (
    ChannelOption,
    CropOption,
    Device,
    JsonOption,
    ModelOption,
    Precision,
    TileOption,
)
from .progress import follow_prediction
from .runs import report, segment_config


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
    trust: TrustOption = False,
    method: MethodOption = None,
    foreground_channel: int | None = None,
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
        A bundled model, a model file, or a network of another program: TorchScript, torch.export
        (.pt2), or a bioimage.io package with TorchScript weights.
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
    trust
        Run the code of another program's network, which then has all your rights.
    method
        What the channels of another program's network mean: discriminative (if left out),
        semi-convolutional or spatial-embedding.
    foreground_channel
        Which of them, counted from 0, is the logit of the foreground or of the seed map; if left
        out, none. All others are the embedding.
    as_json
        Print the content of run.json instead of one line.
    """
    from ..results import check_directory, write_results
    from ..segmentation import prompt_events

    check_directory(output)
    config = segment_config(tile, crop, channel, device, precision)
    opened = open_model(model, trust=trust, method=method, foreground_channel=foreground_channel)
    found = follow_prediction(prompt_events(image, boxes, model=opened, config=config, sigma=sigma))
    written = write_results(output, found)
    objects, asked = found.facts["objects"], found.facts["prompts"]["count"]
    if objects < asked:
        note(f"{asked - objects} of {asked} prompts got no object: those of others cover it.")
    report(found, output, written, as_json=as_json)
