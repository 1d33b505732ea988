"""The output of a network in a file, read as the embedding of a whole image."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import InputError
from ..images import PixelArray, read_block
from ..images.arrays import chunk_lengths, whole_key

OUTPUT = "output of the network"
"""What the attribute `holds` of such a file says."""
DISPLACED = ("semi-convolutional", "spatial-embedding")


@dataclass(frozen=True, eq=False)
class StoredEmbedding:
    """A lazy array `(d, *axes)`, float32: displaced pixels at their places in the whole image.

    Attributes
    ----------
    output : PixelArray
        Channels of the network, `(c, *axes)`, as `embed` takes them.
    method : str
        What they mean, see `embed`.
    foreground : bool
        Whether the last one is the logit of the foreground, which is left out here.
    ndim_space : int
        Axes of the network, the last ones.
    """

    output: PixelArray
    method: str
    foreground: bool
    ndim_space: int

    @property
    def shape(self) -> tuple[int, ...]:
        """Dimensions of the embedding, then the size per axis in px."""
        dims = int(self.output.shape[0]) - self.foreground
        if self.method == "spatial-embedding":
            dims = self.ndim_space
        return (dims, *map(int, self.output.shape[1:]))

    @property
    def dtype(self) -> Any:
        """Type of the values."""
        return np.dtype(np.float32)

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return self.output.ndim

    @property
    def chunks(self) -> tuple[int, ...]:
        """Chunk lengths; all dimensions of the embedding are stored together."""
        return tuple(map(min, self.shape, chunk_lengths(self.output)))

    def __getitem__(self, key: Any, /) -> np.ndarray:
        keys = whole_key(key, self.ndim)
        ranges = [
            range(n)[k] if isinstance(k, slice) else range(n)[k : k + 1 or None]
            for k, n in zip(keys, self.shape, strict=True)
        ]
        if any(r.step < 1 for r in ranges):
            raise InputError("The embedding is read forwards. Reverse it afterwards.")
        box = tuple(slice(r.start, r.stop, r.step) for r in ranges)
        block = read_block(self.output, box).astype(np.float32)
        if self.method in DISPLACED:
            self._displace(block, ranges)
        return block[tuple(slice(None) if isinstance(k, slice) else 0 for k in keys)]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self[...], dtype=dtype, copy=copy)

    def _displace(self, block: np.ndarray, ranges: list[range]) -> None:
        """Add to each displacement where its pixel lies along its axis, in place."""
        first = self.ndim - self.ndim_space
        for at, channel in enumerate(ranges[0]):
            if channel < self.ndim_space:
                axis = first + channel
                shape = [1] * (self.ndim - 1)
                shape[axis - 1] = len(ranges[axis])
                block[at] += np.array(ranges[axis], np.float32).reshape(shape)


def whole_image_embedding(data: PixelArray) -> PixelArray:
    """Return the embedding `(d, *axes)` of a file, in whole-image coordinates, whatever it holds.

    Raises
    ------
    InputError
        If its attributes are damaged.
    """
    facts: dict[str, Any] = dict(getattr(data, "attrs", {}))
    if facts.get("holds") != OUTPUT:
        return data
    try:
        method, foreground = str(facts["method"]), bool(facts["foreground"])
        return StoredEmbedding(data, method, foreground, len(facts["space"]))
    except (KeyError, TypeError) as error:
        raise InputError(
            f"The embedding does not say what its channels mean ({error}). Segment the image again."
        ) from error
