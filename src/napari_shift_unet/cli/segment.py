"""`shift-unet segment`: from an image file to a folder of results."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from ..errors import InputError
from ..networks import DEFAULT_MODEL
from .clustering import CLUSTERED_AS_VALIDATED, ClusterOptions
from .foreign import MethodOption, TrustOption, open_model
from .large import MemoryOption, fits, is_zarr, segment_large
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
from .workers import SchedulerOption, WorkersOption, engine_of

if TYPE_CHECKING:
    from ..results import LabelsFormat


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
    trust: TrustOption = False,
    method: MethodOption = None,
    foreground_channel: int | None = None,
    save_embedding: Annotated[bool, Parameter(negative=())] = False,
    large: bool | None = None,
    memory: MemoryOption = None,
    resume: bool = True,
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Segment an image and write labels.tif (labels.zarr of an OME-Zarr), objects.csv and run.json.

    Parameters
    ----------
    image
        TIFF, OME-Zarr, PNG or JPEG. A 2D model goes through z and t plane by plane.
    output
        Folder of the results; it is made if it is not there.
    model
        A bundled model, a model file, or a network of another program: TorchScript, torch.export
        (.pt2), or a bioimage.io package with TorchScript weights.
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
    trust
        Run the code of another program's network, which then has all your rights.
    method
        What the channels of another program's network mean: discriminative (if left out),
        semi-convolutional or spatial-embedding.
    foreground_channel
        Which of them, counted from 0, is the logit of the foreground or of the seed map; if left
        out, none. All others are the embedding.
    save_embedding
        Write embedding.zarr too, channels first.
    large
        Work chunk by chunk, whatever the size of the image, or never; if left out, when the image
        and its result do not fit the memory. Writes labels.zarr and embedding.zarr.
    memory
        Memory that a run may take, such as 800MiB; if left out, 2GiB.
    resume
        Go on with an unfinished run of the same image, model and plan in DIR; cluster anew what
        a finished one has predicted.
    workers
        Work chunk by chunk in so many processes of this machine, which share its cores.
    scheduler
        Work chunk by chunk on the workers of this dask scheduler, which see the image and DIR under
        the same paths.
    as_json
        Print the content of run.json instead of one line.
    """
    from ..large import DEFAULT_MEMORY, parse_memory
    from ..networks import load_model
    from ..results import check_directory, write_results
    from ..segmentation import as_image, segment_events

    check_directory(output)
    config = segment_config(tile, crop, channel, device, precision)
    limit = DEFAULT_MEMORY if memory is None else parse_memory(memory)
    network = load_model(
        open_model(model, trust=trust, method=method, foreground_channel=foreground_channel)
    )
    pixels = as_image(image, network.footprint.ndim)
    many = scheduler is not None or workers is not None
    if many and large is False:
        raise InputError("Workers work chunk by chunk; leave out --no-large.")
    if large is None:
        large = many or not fits(pixels, network, config, limit)
    if large:
        with engine_of(scheduler, workers) as engine:
            done = segment_large(
                pixels,
                image,
                output,
                network,
                config,
                clustering.given,
                limit,
                resume=resume,
                engine=engine,
            )
        report(done, output, done.written, as_json=as_json)
        return
    found = follow_prediction(
        segment_events(pixels, model=network, config=config, clustering=clustering.given)
    )
    labels_format: LabelsFormat = "ome-zarr" if is_zarr(image) else "tiff"
    written = write_results(
        output, found, save_embedding=save_embedding, labels_format=labels_format
    )
    report(found, output, written, as_json=as_json)
