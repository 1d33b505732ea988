"""Exact tiled prediction against one whole pass, the sliding windows of others, and the ideal."""

from collections.abc import Iterator
from functools import partial

import numpy as np
import torch
from harness import Row, Scale, Work, faster, peak_memory, race, share
from scene import Scene

from napari_shift_unet.geometry import plan_tiles
from napari_shift_unet.networks import UNet
from napari_shift_unet.prediction import Precision

GIB = 2**30
OVERLAP = 0.25
"""Of neighbouring regions of the peers, as a share of their size; MONAI's default."""


def rows(scale: Scale) -> Iterator[Row]:
    """Measure time, memory and redundant computing of a prediction."""
    side = scale.pick(2048, 192)
    name, whole = f"tiled prediction, {side:,} x {side:,}", "one whole-image pass"
    for prepare in (prepare_tiled, prepare_whole, prepare_monai):
        prepare(192)()  # loads what a first pass needs
    found = race(prepare_tiled(side), prepare_whole(side), scale.rounds)
    yield share(f"{name}: time", whole, 0.5, found)
    peaks = [peak_memory(prepare, side) for prepare in (prepare_tiled, prepare_whole)]
    if peaks[0] is not None and peaks[1] is not None:
        mib = [f"{peak / 2**20:,.0f}" for peak in peaks]
        note = f"{mib[0]} against {mib[1]} MiB, result included"
        ratio = peaks[0] / peaks[1]
        yield Row(f"{name}: peak memory", whole, ratio, "at most", 0.25, note=note)
    found = race(prepare_tiled(side), prepare_monai(side), scale.rounds)
    yield faster(f"{name}: per output pixel", "MONAI sliding window", 3, found)
    found = race(prepare_tiled(side), prepare_tiler(side), scale.rounds)
    yield faster(f"{name}: per output pixel", "tiler, Hann window", 1, found)
    found = race(prepare_tiled(side, "bfloat16"), prepare_tiled(side), scale.rounds)
    note = f"largest difference {bfloat16_difference(side):.2g} of the range"
    yield faster(f"{name}: bfloat16", "the same in single precision", 1, found, note)
    scene = Scene(side)
    plan = plan_tiles((side, side), scene.model.footprint, activation_bytes=GIB)
    yield Row(
        f"computing of a plan at 1 GiB, {side:,} x {side:,}",
        "each layer's pixel once",
        plan.redundancy,
        "at most",
        1.15,
        note=f"{len(plan)} tiles; counted, not timed; {scene.plan.redundancy:.3f} x "
        f"in the automatic plan of {len(scene.plan)}",
    )


def prepare_tiled(side: int, precision: Precision = "float32") -> Work:
    """Return the prediction as `predict` runs it: reads, normalises, computes and stitches."""
    return partial(Scene(side).predict, precision)


def bfloat16_difference(side: int) -> float:
    """Return the largest difference that bfloat16 makes, over the range of the output."""
    scene = Scene(side)
    exact, rounded = scene.predict().output, scene.predict("bfloat16").output
    return float(np.abs(rounded - exact).max() / np.ptp(exact))


def prepare_whole(side: int) -> Work:
    """Return one pass of the plain network over the image, already normalised and padded."""
    scene = Scene(side)
    footprint = scene.model.footprint
    window = footprint.window_at_least(scene.plan.shape)
    block = torch.from_numpy(scene.block(footprint.context[0], window[0] - side))[None]
    return partial(_forward, scene.model.network.eval(), block)


def prepare_monai(side: int) -> Work:
    """Return MONAI's sliding window over the image, already normalised."""
    try:
        from monai.inferers import sliding_window_inference
    except ImportError:
        raise SystemExit("MONAI is not installed. Run: make bench") from None

    image, network, roi = _for_peers(side)
    arguments = (torch.from_numpy(image)[None], roi, 1, network)
    return torch.no_grad()(
        partial(sliding_window_inference, *arguments, overlap=OVERLAP, mode="gaussian")
    )


def prepare_tiler(side: int) -> Work:
    """Return the tiles of the package tiler, merged by a Hann window, of the normalised image."""
    try:
        from tiler import Merger, Tiler
    except ImportError:
        raise SystemExit("tiler is not installed. Run: make bench") from None

    image, network, roi = _for_peers(side)

    def over(channels: int) -> Tiler:
        shapes = (channels, *image.shape[1:]), (channels, *roi)
        return Tiler(*shapes, overlap=OVERLAP, channel_dimension=0, mode="reflect")

    tiles, merger_tiles = over(len(image)), over(network.spec.out_channels)

    @torch.no_grad()
    def work() -> np.ndarray:
        merger = Merger(merger_tiles, window="hann")
        for number, tile in tiles(image):
            merger.add(number, network(torch.from_numpy(tile)[None])[0].numpy())
        merged: np.ndarray = merger.merge()
        return merged

    return work


def _for_peers(side: int) -> tuple[np.ndarray, UNet, list[int]]:
    """Return the image, normalised, a padded network, and the region of interest.

    The network has the same weights. It is padded, for its output is to be as large as its input;
    the region is what our tiles read, rounded down to what such a network can return.
    """
    scene = Scene(side)
    spec, plan = scene.model.config.spec, scene.plan
    network = UNet(spec.model_copy(update={"padding": "same"})).eval()
    network.load_state_dict(scene.model.network.state_dict())
    sizes = zip(plan.input_size, plan.shape, plan.period, strict=True)
    roi = [min(read, length) // period * period for read, length, period in sizes]
    return scene.block(0), network, roi


@torch.no_grad()
def _forward(network: torch.nn.Module, block: torch.Tensor) -> torch.Tensor:
    output: torch.Tensor = network(block)
    return output
