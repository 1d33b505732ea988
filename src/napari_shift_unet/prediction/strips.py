"""A U-Net on strips of rows: the same numbers as in one pass, with few of the rows in memory.

The network reads a tile strip by strip. Every layer keeps the last rows of its input that the next
strip needs too, and every skip its rows until the decoder has come as far. So no pixel is computed
twice, and feature maps are small enough for the cache and for memory that is used again: of a
large tile, most time beside the convolutions goes into pages of memory that the system hands out.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from math import prod
from typing import TypeGuard

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ..geometry import UNetSpec
from ..networks import UNet
from ..networks.unet import CHANNELS_LAST, centre_crop
from .onednn import Convolution, OneDnn

STRIP_BYTES = 6 * 2**20
"""Size of a feature map of the uppermost level; thinner strips make the lower levels too thin."""

Strips = Iterator[Float[Tensor, "b c rows *rest"]]
Step = Callable[[Tensor], Tensor]


class Streamed:
    """A U-Net without padding, read along the first axis of space; for processors.

    Parameters
    ----------
    network
        With its normalisations folded.
    rows
        Rows of a strip at the resolution of the image; by default as `strip_rows` chooses them.
    """

    def __init__(self, network: UNet, rows: int | None = None) -> None:
        self.spec, self.rows = network.spec, rows
        self.down = [_steps(layers) for layers in network.down]
        self.bottom = _steps(network.bottom)
        self.rise = list(network.rise)
        self.up = [_steps(layers) for layers in network.up]
        self.head = network.head

    @torch.inference_mode()
    def __call__(self, image: Float[Tensor, "b i *space"]) -> Float[Tensor, "b o *window"]:
        """Return what the network would in one pass."""
        spec, size = self.spec, tuple(image.shape[2:])
        lost = spec.kernel[0] - 1
        skips = [_Skip(rows) for rows in _rows_before_skips(spec, size[0])]
        x = _cut(image, self.rows or strip_rows(spec, size))
        for down, skip, factors in zip(self.down, skips, spec.factors, strict=True):
            x = _convolved(_overlapping(x, lost), down, lost)
            x = _pooled(skip.aside(x), factors)
        x = _convolved(_overlapping(x, lost), self.bottom, lost)
        for rise, up, skip in reversed(list(zip(self.rise, self.up, skips, strict=True))):
            x = _convolved(_overlapping(_joined(x, rise, skip), lost), up, lost)
        window = spec.output_size(size)
        output = torch.empty((len(image), spec.out_channels, *window))
        done = 0
        for strip in x:
            output[:, :, done : done + strip.shape[2]] = self.head(strip)
            done += strip.shape[2]
        return output


def streamable(network: nn.Module) -> TypeGuard[UNet]:
    """Whether a network may be read in strips: one of our own, without padding."""
    return isinstance(network, UNet) and network.spec.padding == "valid"


def strip_rows(spec: UNetSpec, size: tuple[int, ...]) -> int:
    """Return the rows of a strip, a multiple of the period, for a network input in px per axis."""
    period = spec.period[0]
    most = max(1, STRIP_BYTES // (4 * spec.channels(0) * prod(size[1:]) * period))
    strips = -(-size[0] // (most * period))
    return -(-size[0] // (strips * period)) * period


def streamed_bytes(spec: UNetSpec, size: tuple[int, ...]) -> int:
    """Forecast of the peak memory in bytes of the feature maps, for a network input in px."""
    rows, values, widest = strip_rows(spec, size), 0, 0
    scale = [1] * spec.ndim
    for level, before in enumerate(_rows_before_skips(spec, size[0])):
        row = spec.channels(level) * prod(n // s for n, s in zip(size[1:], scale[1:], strict=True))
        strip = row * min(rows, size[0]) // scale[0]
        values += row * min(before, size[0] // scale[0]) + strip
        widest = max(widest, strip)
        scale = [s * f for s, f in zip(scale, spec.factors[level], strict=True)]
    in_strips = 4 * (values + 5 * widest + prod(size) * spec.in_channels)
    return min(in_strips, spec.footprint.activation_bytes(spec.output_size(size)))


def _rows_before_skips(spec: UNetSpec, rows: int) -> list[int]:
    """Return per level how many rows of its skip come before the first that the decoder reads."""
    lost, kept, before = spec.convs * (spec.kernel[0] - 1), [], []
    for factors in spec.factors:
        kept.append(rows - lost)
        rows = kept[-1] // factors[0]
    for factors, there in zip(reversed(spec.factors), reversed(kept), strict=True):
        rows = (rows - lost) * factors[0]
        before.append((there - rows) // 2)
    return before[::-1]


def _steps(layers: nn.Module) -> list[tuple[bool, Step]]:
    """Return the operations of a run of convolutions, and whether each of them loses rows."""
    found: list[tuple[bool, Step]] = []
    for layer in layers.children():
        if isinstance(layer, nn.ReLU) and found and isinstance(found[-1][1], OneDnn):
            found[-1] = True, found[-1][1].with_relu()
        elif not isinstance(layer, nn.Identity):
            found.append((isinstance(layer, OneDnn | Convolution), layer))
    return found


def _cut(image: Tensor, rows: int) -> Strips:
    for start in range(0, image.shape[2], rows):
        yield image[:, :, start : start + rows]


def _overlapping(strips: Strips, lost: int) -> Strips:
    """Put the last rows of each strip before the next, so that a convolution loses none of it."""
    kept = None
    for strip in strips:
        x = strip if kept is None else torch.cat([kept, strip], dim=2)
        del strip
        if x.shape[2] <= lost:
            kept = x
            continue
        kept = x[:, :, x.shape[2] - lost :].clone() if lost else None
        passed = [x]
        del x
        yield passed.pop()  # no name holds the strip while the next one is made


def _convolved(strips: Strips, steps: Sequence[tuple[bool, Step]], lost: int) -> Strips:
    """Run convolutions on strips that overlap enough for the first of them."""
    first = True
    for loses_rows, step in steps:
        if loses_rows and not first:
            strips = _overlapping(strips, lost)
        first = first and not loses_rows
        strips = map(step, strips)
    return strips


def _pooled(strips: Strips, factors: tuple[int, ...]) -> Strips:
    """Pool whole blocks of rows, and keep what is left for the next strip."""
    rest = None
    for strip in strips:
        x = strip if rest is None else torch.cat([rest, strip], dim=2)
        del strip
        whole = x.shape[2] // factors[0] * factors[0]
        rest = x[:, :, whole:].clone() if whole < x.shape[2] else None
        passed = [_largest(x[:, :, :whole], factors)] if whole else []
        del x
        if passed:
            yield passed.pop()


def _largest(x: Tensor, factors: tuple[int, ...]) -> Tensor:
    """Pool axis by axis: with few channels, in a fraction of the time of torch's max pooling."""
    for axis, factor in enumerate(factors, start=2):
        before, stop = (slice(None),) * axis, x.shape[axis] // factor * factor
        parts = [x[(*before, slice(first, stop, factor))] for first in range(factor)]
        x = reduce(torch.maximum, parts)
    return x


class _Skip:
    """Rows of a feature map that wait for the decoder.

    Parameters
    ----------
    before
        Rows that come first and that the decoder does not read.
    """

    def __init__(self, before: int) -> None:
        self.before = before
        self.waiting: deque[Tensor] = deque()

    def aside(self, strips: Strips) -> Strips:
        """Pass strips on, and keep them."""
        for strip in strips:
            skipped = min(self.before, strip.shape[2])
            self.before -= skipped
            if skipped < strip.shape[2]:
                self.waiting.append(strip[:, :, skipped:])
            passed = [strip]
            del strip
            yield passed.pop()

    @property
    def channels(self) -> int:
        """Channels of what waits."""
        return self.waiting[0].shape[1]

    def fill(self, target: Tensor) -> None:
        """Write the next rows, and of them the centre along all other axes."""
        done, rows = 0, target.shape[2]
        while done < rows:
            strip = self.waiting.popleft()
            part = strip[:, :, : rows - done]
            if part.shape[2] < strip.shape[2]:
                self.waiting.appendleft(strip[:, :, part.shape[2] :])
            size = torch.Size((part.shape[2], *target.shape[3:]))
            target[:, :, done : done + len(part[0, 0])] = centre_crop(part, size)
            done += part.shape[2]


def _joined(strips: Strips, rise: nn.Module, skip: _Skip) -> Strips:
    """Upsample, and join with the rows of the skip beside."""
    for strip in strips:
        risen = rise(strip)
        del strip
        batch, channels, *space = risen.shape
        x = torch.empty(
            (batch, skip.channels + channels, *space),
            dtype=risen.dtype,
            memory_format=CHANNELS_LAST[len(space)],
        )
        x[:, -channels:] = risen
        del risen
        skip.fill(x[:, :-channels])
        passed = [x]
        del x
        yield passed.pop()
