"""Run a plan of tiles: a generator of events that returns the stitched output."""

from collections.abc import Generator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from time import perf_counter

import numpy as np
import torch
from jaxtyping import Float
from torch import nn

from ..errors import DeviceError, ModelError
from ..geometry import Tile, TilePlan, plan_tiles
from ..images import Normalisation, Selection, normalise, read_padded
from ..networks import Model, fold_batch_norm
from ..networks.unet import CHANNELS_LAST
from .devices import Precision, arithmetic, find_device
from .events import BackedOff, PredictionEvent, Started, TileDone

OUT_OF_MEMORY_TEXTS = ("out of memory", "can't allocate memory", "not enough memory")


@dataclass(frozen=True)
class Prediction:
    """Raw channels of the network for a whole image, and how they were made."""

    output: Float[np.ndarray, "o *planes_and_space"]
    """Embedding channels, then the foreground logit if the model has one; `Selection.axes` follow."""
    plan: TilePlan
    """The plan that ran last, after any back-off."""
    device: str
    precision: Precision
    seconds: float


def predict(
    selection: Selection,
    model: Model,
    plan: TilePlan,
    normalisations: Sequence[Normalisation],
    *,
    device: str = "auto",
    precision: Precision = "float32",
) -> Generator[PredictionEvent, None, Prediction]:
    """Predict every plane of an image, tile by tile, and stitch.

    For a legal plan the result equals that of one pass over the whole image, padded by reflection.
    Closing the generator cancels within one tile.

    Parameters
    ----------
    selection
        Planes and channels of the image.
    model
        The network.
    plan
        Tiles of one plane.
    normalisations
        Global intensity statistics, one per channel.
    device
        `"auto"`, `"cpu"`, `"cuda"` or `"mps"`.
    precision
        Arithmetic of the convolutions.

    Raises
    ------
    DeviceError
        If the device is absent, or memory is short even at the smallest legal window.
    ModelError
        If the network fails.
    """
    began = perf_counter()
    runner = _Runner(model, find_device(device), precision)
    yield Started(plan, len(selection), str(runner.device), precision)
    while True:
        output = _allocate((model.out_channels, *selection.shape))
        try:
            yield from _run(selection, plan, normalisations, runner, output)
        except _OutOfMemory as error:
            smaller = _smaller(plan)
            if smaller is None:
                raise DeviceError(
                    f"{runner.device} is out of memory even at the smallest output window of "
                    f"{list(plan.output_window)} px. Close other programs or use another device."
                ) from error
            yield BackedOff(plan.output_window, smaller.output_window, smaller)
            plan = smaller
            continue
        return Prediction(output, plan, str(runner.device), precision, perf_counter() - began)


def _run(
    selection: Selection,
    plan: TilePlan,
    normalisations: Sequence[Normalisation],
    runner: "_Runner",
    output: Float[np.ndarray, "o *planes_and_space"],
) -> Generator[PredictionEvent, None, None]:
    began, done, total = perf_counter(), 0, len(selection) * len(plan)
    for index, pixels in selection:
        target = output[(slice(None), *index)]
        for tile in plan:
            block = normalise(read_padded(pixels, tile.read), normalisations)
            window = runner(block)
            target[(slice(None), *tile.target)] = window[(slice(None), *tile.keep)]
            done += 1
            left = (perf_counter() - began) / done * (total - done)
            yield TileDone(index, tile, done, total, left)


class _OutOfMemory(Exception):
    """The device cannot hold a tile of this size."""


class _Runner:
    """A network made ready for one device: normalisation folded, fastest layout, no gradients."""

    def __init__(self, model: Model, device: torch.device, precision: Precision) -> None:
        self.device, self.precision = device, precision
        self.layout = CHANNELS_LAST[model.footprint.ndim]
        folded = fold_batch_norm(deepcopy(model.network).eval())
        self.network: nn.Module = folded.to(device, memory_format=self.layout)

    @torch.inference_mode()
    def __call__(self, block: Float[np.ndarray, "c *read"]) -> Float[np.ndarray, "o *window"]:
        """Return the output window of a normalised block."""
        try:
            image = torch.from_numpy(block)[None].to(self.device, memory_format=self.layout)
            with arithmetic(self.device, self.precision):
                output = self.network(image)
            return output[0].float().cpu().numpy()  # type: ignore[no-any-return]
        except RuntimeError as error:
            text = str(error)
            if isinstance(error, torch.OutOfMemoryError) or any(
                part in text for part in OUT_OF_MEMORY_TEXTS
            ):
                raise _OutOfMemory from error
            raise ModelError(
                f"the network failed on an input of {list(block.shape)} ({text.splitlines()[0]}). "
                "Check that the model fits the image's channels."
            ) from error


def _allocate(shape: tuple[int, ...]) -> Float[np.ndarray, "..."]:
    try:
        return np.zeros(shape, np.float32)
    except MemoryError as error:
        needed = np.prod(shape, dtype=np.int64) * 4 / 2**30
        raise DeviceError(
            f"the result needs {needed:.1f} GiB of memory, more than there is. "
            "Segment a part of the image."
        ) from error


def _smaller(plan: TilePlan) -> TilePlan | None:
    """Return the plan with the next smaller window; a crop off the lattice stays if it still fits."""
    window = plan.footprint.next_smaller_window(plan.output_window)
    if window is None:
        return None
    if plan.legal:
        return plan_tiles(plan.shape, plan.footprint, window)
    crop = tuple(min(c, w) for c, w in zip(plan.crop, window, strict=True))
    return plan_tiles(plan.shape, plan.footprint, window, crop)
