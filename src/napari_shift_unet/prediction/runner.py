"""A network on a device, ready for tile after tile."""

from copy import deepcopy

import numpy as np
import torch
from jaxtyping import Float
from torch import nn

from ..errors import DeviceError, ModelError
from ..networks import Model, UNet, fold_batch_norm
from ..networks.unet import CHANNELS_LAST, centre_crop
from .devices import Precision, arithmetic, free_memory
from .onednn import computes_bfloat16, use_onednn
from .strips import Streamed, streamable, streamed_bytes

OUT_OF_MEMORY_TEXTS = (
    "out of memory",
    "can't allocate memory",
    "not enough memory",
    "ALLOC_FAILED",
)


class OutOfMemory(Exception):
    """The device cannot hold a tile of this size."""


class Runner:
    """A copy of a network: normalisation folded, fastest layout, no gradients.

    Threads may share it. On processors that compute in bfloat16, our own networks have their
    weights in it; elsewhere autocast rounds them again and again.

    Raises
    ------
    DeviceError
        If the device cannot hold the weights.
    """

    def __init__(self, model: Model, device: torch.device, precision: Precision) -> None:
        self.device, self.precision = device, precision
        self.layout = CHANNELS_LAST[model.footprint.ndim]
        network = fold_batch_norm(deepcopy(model.network).eval())
        self.dtype = torch.float32
        if device.type == "cpu":
            if precision == "bfloat16" and isinstance(network, UNet) and computes_bfloat16():
                self.dtype, network = torch.bfloat16, network.bfloat16()
            if precision == "float32" or self.dtype == torch.bfloat16:
                network = use_onednn(network)
        try:
            network = _to(network, device, self.layout)
        except RuntimeError as error:
            raise DeviceError(
                f"{device} cannot hold the network ({first_line(error)}). Use another device."
            ) from error
        self.network: nn.Module | Streamed = network
        if device.type == "cpu" and streamable(network):
            self.network = Streamed(network)

    @torch.inference_mode()
    def __call__(
        self, block: Float[np.ndarray, "c *read"], window: tuple[int, ...]
    ) -> Float[np.ndarray, "o *window"]:
        """Return the output window of a normalised block, the centre of what a padded net returns.

        Raises
        ------
        OutOfMemory
            If the device cannot hold the tile.
        ModelError
            If the network fails for another reason.
        """
        try:
            image = torch.from_numpy(block)[None]
            image = image.to(self.device, self.dtype, memory_format=self.layout)
            with arithmetic(self.device, self.precision):
                output = self.network(image)
            cropped = centre_crop(output, torch.Size(window))[0]
            result: np.ndarray = cropped.float().cpu().numpy()
        except RuntimeError as error:
            if is_out_of_memory(error):
                raise OutOfMemory from error
            raise ModelError(
                f"the network failed on an input of {list(block.shape)} ({first_line(error)}). "
                "Check that the model fits the image's channels."
            ) from error
        return result

    def streamed_bytes(self, size: tuple[int, ...]) -> int | None:
        """Forecast of the memory in bytes that an input of this size takes, read in strips.

        `None` where the network computes each layer at once; the footprint has a forecast for that.
        """
        network = self.network
        return streamed_bytes(network.spec, size) if isinstance(network, Streamed) else None

    def free_memory(self) -> None:
        """Give back what the device keeps of earlier tiles; call it when no tile is running."""
        free_memory(self.device)


def is_out_of_memory(error: RuntimeError) -> bool:
    """Whether torch complains of memory; on processors it has no exception of its own for that."""
    if isinstance(error, torch.OutOfMemoryError):
        return True
    return any(part in str(error) for part in OUT_OF_MEMORY_TEXTS)


def first_line(error: Exception) -> str:
    """Return the first line of an error of torch, whose others trace its source code."""
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")


def _to(network: nn.Module, device: torch.device, layout: torch.memory_format) -> nn.Module:
    # torch declares no overload of Module.to for a memory format, though it documents one.
    moved: nn.Module = network.to(device, memory_format=layout)  # type: ignore[call-overload]
    return moved
