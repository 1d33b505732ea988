"""From an image and boxes or clicks to one object each."""

from collections import defaultdict
from collections.abc import Generator, Sequence
from functools import partial
from math import isfinite
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from ..embeddings.prompts import Box, Region, contest, default_sigma, find_region
from ..errors import InputError
from ..networks import DEFAULT_MODEL, Model, load_model
from ..prediction import PredictionEvent
from .embedded import EmbeddedImage
from .inputs import Pixels, SegmentConfig, as_image, select_for
from .pipeline import Segmentation, as_segmentation, embed_image
from .prompt_table import read_prompts
from .prompts import Prompt


def prompt_events(
    image: Pixels,
    prompts: Sequence[Prompt] | str | Path,
    *,
    model: str | Path | Model = DEFAULT_MODEL,
    config: SegmentConfig | None = None,
    sigma: float | None = None,
) -> Generator[PredictionEvent, None, Segmentation]:
    """Make one object of each box or click, as a generator of events.

    Only the tiles that the boxes need are predicted; a click needs its whole plane, as its object
    may be of any size. A pixel that two of them claim belongs to the one in which it scores higher.

    Parameters
    ----------
    image
        An array with axes ``(t)(c)(z)yx``, an `Image`, or the path of a TIFF or OME-Zarr.
    prompts
        Boxes and clicks, or a CSV file of them, see `read_prompts`.
    model
        Name of a bundled model, path of a model file, or a `Model`.
    config
        Channel, tiles and device.
    sigma
        Width of the kernel in embedding units; `None` takes one that suits the model.

    Raises
    ------
    ShiftUNetError
        One sentence that says what, got and do.
    """
    loaded, config = load_model(model), config or SegmentConfig()
    pixels = as_image(image, loaded.footprint.ndim)
    _check_sigma(sigma, loaded)
    if isinstance(prompts, str | Path):
        prompts = read_prompts(prompts, select_for(pixels, loaded, config.channel))
    limits: dict[tuple[int, ...], list[Box]] = defaultdict(list)
    for prompt in prompts:
        limits[prompt.plane].append(prompt.limits)
    embedded = yield from embed_image(pixels, loaded, config, limits)
    began = perf_counter()
    labels = label_prompts(embedded, prompts, sigma)
    how: dict[str, Any] = {"prompts": {"count": len(prompts)}}
    if not _has_own_sigma(loaded):
        how["prompts"]["sigma"] = sigma or default_sigma(embedded.default_clustering)
    return as_segmentation(embedded, labels, how, perf_counter() - began)


def label_prompts(
    embedded: EmbeddedImage, prompts: Sequence[Prompt], sigma: float | None = None
) -> np.ndarray:
    """Return int32 labels with one object per prompt, less those of which nothing is left."""
    sigma = sigma or default_sigma(embedded.default_clustering)
    planes: dict[tuple[int, ...], dict[int, Region]] = defaultdict(dict)
    for label, prompt in zip(_labels_of(prompts), prompts, strict=True):
        planes[prompt.plane][label] = region_of(embedded, prompt, sigma)
    labels = np.zeros(embedded.selection.shape, np.int32)
    for plane, regions in planes.items():
        labels[plane] = contest(regions, tuple(slice(0, n) for n in labels[plane].shape))
    return labels


def region_of(embedded: EmbeddedImage, prompt: Prompt, sigma: float) -> Region:
    """Return the pixels of one prompt's object."""
    read = partial(embedded.pixels_of, prompt.plane)
    return find_region(read, prompt.limits, prompt.seeds, sigma)


def _labels_of(prompts: Sequence[Prompt]) -> list[int]:
    """Return the label of each prompt: its own, or the next one that is free."""
    taken, found, free = {prompt.label for prompt in prompts}, [], 1
    for prompt in prompts:
        label = prompt.label
        if not label:
            while free in taken:
                free += 1
            label, free = free, free + 1
        found.append(label)
    return found


def _check_sigma(sigma: float | None, model: Model) -> None:
    if sigma is None:
        return
    if not (isfinite(sigma) and sigma > 0):
        raise InputError(f"sigma is {sigma}; it must be a number above 0.")
    if _has_own_sigma(model):
        raise InputError(
            f"sigma has no effect on the model '{model.config.name}', whose pixels have their own. "
            "Leave it out."
        )


def _has_own_sigma(model: Model) -> bool:
    return model.config.method == "spatial-embedding"
