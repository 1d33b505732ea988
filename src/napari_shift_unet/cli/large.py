"""Images that do not fit the memory: which way `shift-unet segment` takes, and the large one."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from .progress import follow_large

if TYPE_CHECKING:
    from ..images import Image
    from ..large import Engine, LargeRun
    from ..networks import Model
    from ..segmentation import SegmentConfig

MemoryOption = Annotated[str | None, Parameter(metavar="SIZE")]


def is_zarr(image: Path) -> bool:
    """Whether a path is that of a zarr store, whose labels are written as one too."""
    return image.expanduser().is_dir()


def fits(image: "Image", model: "Model", config: "SegmentConfig", memory: int) -> bool:
    """Whether a run that holds the whole image and its result fits the memory."""
    from ..large import memory_of_whole
    from ..segmentation import plan_image, select_for

    selection = select_for(image, model, config.channel)
    return memory_of_whole(selection, model, plan_image(selection, model, config)) <= memory


def segment_large(
    image: "Image",
    path: Path,
    output: Path,
    model: "Model",
    config: "SegmentConfig",
    clustering: dict[str, Any],
    memory: int,
    *,
    resume: bool,
    engine: "Engine | None" = None,
) -> "LargeRun":
    """Segment chunk by chunk, and show how far each stage is."""
    from ..large import segment_large_events

    return follow_large(
        segment_large_events(
            image,
            output,
            path=path,
            model=model,
            config=config,
            clustering=clustering,
            memory=memory,
            resume=resume,
            engine=engine,
        )
    )
