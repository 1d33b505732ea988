"""Running an unknown network on images that were made for asking it something."""

from copy import deepcopy
from math import prod

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ...errors import ModelError, ShiftUNetError
from ..quiet import silent

DOUBLE_PX = 2**17
"""Largest 2D input of a pass in double precision, whose convolutions unfold their input."""
CELL_PX = 4
"""Noise is faint or strong, and bright or dark, from one cell of this size to the next."""


class Refused(Exception):
    """The network does not take this input; the text is what it complained of."""


class Passes:
    """A network on the processor.

    In single precision and, where the network and the memory allow it, in double precision, in
    which what should be equal differs by next to nothing.
    """

    def __init__(
        self, network: nn.Module, name: str, channels: int, size: tuple[int, ...] = ()
    ) -> None:
        """`size` in px is one that the network takes, if one is known."""
        self.name, self.channels = name, channels
        self._networks = {torch.float: network}
        if len(size) == 2:
            self._try_double(size)

    def __call__(self, image: Float[Tensor, "c *space"]) -> Float[Tensor, "o *window"]:
        """Return the output of one image.

        Raises
        ------
        Refused
            If the network fails, as it may for a size that it cannot pool.
        ModelError
            If it needs a GPU, or what it returns is no image.
        """
        try:
            # NNPACK computes blocks of pixels at once, so that a NaN would spoil its neighbours.
            with torch.inference_mode(), torch.backends.nnpack.flags(enabled=False), silent():
                output = self._networks[image.dtype](image[None])
        except ShiftUNetError:
            raise
        except Exception as error:
            if "cuda" in str(error).lower():
                raise ModelError(
                    f"{self.name} needs a CUDA device wherever its input is; save it again from a "
                    "processor."
                ) from error
            raise Refused(last_line(error)) from error
        return self._checked(output, image)

    def ordinary(self, image: Float[Tensor, "c *space"]) -> Float[Tensor, "o *window"]:
        """Return the output of an ordinary image, which must be finite.

        Raises
        ------
        Refused, ModelError
            As above, and if it is not finite.
        """
        output = self(image)
        if not output.isfinite().all():
            raise ModelError(
                f"{self.name} returns NaN or infinite values for an ordinary image. Check its "
                "weights."
            )
        return output

    def output_size(self, size: tuple[int, ...]) -> tuple[int, ...] | None:
        """Return the size of the output for an input size in px; `None` if it is not taken."""
        try:
            return tuple(self(torch.zeros(self.channels, *size)).shape[1:])
        except Refused:
            return None

    def noise(self, size: tuple[int, ...], seed: int) -> Float[Tensor, "c *space"]:
        """Return an image of random numbers, in the finest arithmetic that there is for its size.

        From a tenth of an ordinary image to ten times it, so that the maxima and rectifiers of
        every layer switch somewhere, and none hides what lies behind it.
        """
        random = torch.Generator().manual_seed(seed)
        cells = [-(-n // CELL_PX) for n in size]
        strength = 10 ** (2 * torch.rand(1, *cells, generator=random) - 1)
        offset = strength * torch.randn(self.channels, *cells, generator=random)
        for axis, n in enumerate(size, start=1):
            strength, offset = (
                x.repeat_interleave(CELL_PX, axis).narrow(axis, 0, n) for x in (strength, offset)
            )
        noise = offset + strength * torch.randn(self.channels, *size, generator=random)
        fine = torch.double in self._networks and prod(size) <= DOUBLE_PX
        return noise.double() if fine else noise

    def _try_double(self, size: tuple[int, ...]) -> None:
        self._networks[torch.double] = deepcopy(self._networks[torch.float]).double()
        try:
            fine = self(torch.zeros(self.channels, *size, dtype=torch.double)).dtype == torch.double
        except (Refused, ModelError):
            fine = False
        if not fine:
            del self._networks[torch.double]

    def _checked(self, output: object, image: Tensor) -> Tensor:
        if not isinstance(output, Tensor):
            raise ModelError(
                f"{self.name} returns {_described(output)}; it must return one image, embedding "
                "and foreground as its channels. Wrap it so that it does, and save it again."
            )
        if not output.is_floating_point():
            raise ModelError(
                f"{self.name} returns {output.dtype}; an embedding is made of floating point "
                "numbers. Save the network without its last step."
            )
        if output.ndim != image.ndim + 1 or len(output) != 1:
            raise ModelError(
                f"{self.name} returns an array of {list(output.shape)} for one image of "
                f"{list(image.shape)}; it must return channels for every pixel."
            )
        return output[0]


def last_line(error: Exception) -> str:
    """Return the last line of an error, where TorchScript tells the cause, without a full stop."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines or [type(error).__name__])[-1].removeprefix("RuntimeError: ").rstrip(".")


def _described(output: object) -> str:
    if isinstance(output, list | tuple | dict):
        return f"{len(output)} results"
    return f"a {type(output).__name__}"
