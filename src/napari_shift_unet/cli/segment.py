"""`shift-unet segment`: from an image file to a folder of results."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from ..networks import DEFAULT_MODEL
from .clustering import CLUSTERED_AS_VALIDATED, ClusterOptions
from .console import result, result_json
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


def segment(
    image: Path,
    /,
    *,
    output: Annotated[Path, Parameter(metavar="DIR")],
    model: ModelOption = DEFAULT_MODEL,
    tile: TileOption = None,
    crop: CropOption = "auto",
    channel: ChannelOption = None,
    clustering: ClusterOptions = CLUSTERED_AS_VALIDATED,
    device: Device = "auto",
    precision: Precision = "float32",
    save_embedding: Annotated[bool, Parameter(negative=())] = False,
    as_json: JsonOption = False,
) -> None:
    """Segment an image and write labels.tif, objects.csv and run.json.

    Parameters
    ----------
    image
        TIFF, OME-Zarr, PNG or JPEG. A 2D model goes through z and t plane by plane.
    output
        Folder of the results; it is made if it is not there.
    model
        A bundled model or a model file.
    tile
        Output window in px, for all axes or one each; if left out, the one of least computing.
    crop
        Kept of each window in px: any number, auto (the largest that leaves no seam) or none.
    channel
        Channel(s) to read, counted from 0; if left out, the first ones.
    clustering
        How pixels become objects; the model has its own settings for those that are left out.
    device
        Where to compute.
    precision
        Arithmetic of the convolutions.
    save_embedding
        Write embedding.zarr too, channels first.
    as_json
        Print the content of run.json instead of one line.
    """
    from ..results import check_directory, write_results
    from ..segmentation import SegmentConfig, segment_events

    check_directory(output)
    config = SegmentConfig(
        tile=numbers("tile", tile),
        crop=crop_size(crop),
        channel=numbers("channel", channel),
        device=device,
        precision=precision,
    )
    found = follow_prediction(
        segment_events(
            image,
            model=model,
            config=config,
            clustering=clustering.given,
        )
    )
    written = write_results(output, found, save_embedding=save_embedding)
    if as_json:
        result_json(found.facts)
    else:
        names = ", ".join(path.name for path in written)
        objects, seconds = found.facts["objects"], found.facts["seconds"]
        result(f"{objects} objects in {seconds:.1f} s, written to {output}: {names}")
