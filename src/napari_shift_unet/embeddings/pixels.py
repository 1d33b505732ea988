"""What clustering works on: where pixels lie in the embedding, and what else is known of them."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from jaxtyping import Bool, Float, Int


@dataclass(frozen=True, eq=False)
class PixelEmbedding:
    """Embedded pixels of an image, of a part of it, or a mere list of them, `space` being `(n,)`.

    Attributes
    ----------
    points : float array, (d, *space)
        Embedding in whole-image coordinates: local ones of a tile would differ across its border
        and make a seam even with a legal crop.
    confidence : float array, (*space), or None
        Probability of the foreground, or the seed score of a spatial embedding, 0 .. 1.
    sigma : float array, (s, *space), or None
        Margin that a pixel gives the object of which it is the seed, in px, for all axes (s = 1)
        or each (s = d); only a spatial embedding has one ([Nev], section 3.2).
    """

    points: Float[np.ndarray, "d *space"]
    confidence: Float[np.ndarray, "*space"] | None = None
    sigma: Float[np.ndarray, "s *space"] | None = None

    @property
    def space(self) -> tuple[int, ...]:
        """Number of pixels per axis."""
        shape: tuple[int, ...] = self.points.shape[1:]
        return shape

    def __getitem__(self, where: Bool[np.ndarray, "*space"] | tuple[slice, ...]) -> Self:
        """Return the pixels of a mask, as a list in raster order, or of a box."""
        if isinstance(where, tuple):
            channels = (slice(None), *where)
            return type(self)(
                self.points[channels],
                None if self.confidence is None else self.confidence[where],
                None if self.sigma is None else self.sigma[channels],
            )
        places = np.flatnonzero(where)
        return type(self)(
            list_channels(self.points, places),
            None if self.confidence is None else self.confidence[where],
            None if self.sigma is None else list_channels(self.sigma, places),
        )

    def apart(self, parts: Int[np.ndarray, "*space"], gap: float) -> Self:
        """Return the pixels with one more coordinate that holds parts of them apart.

        Parameters
        ----------
        parts
            A number from 0 for the part of each pixel; up to 2^23 of them.
        gap
            At least this far, in embedding units, lie pixels of different parts, and farther than
            any two of one part.
        """
        if parts.size == 0:
            return self
        flat = self.points.reshape(len(self.points), -1)
        low, high = (ends.astype(np.float64) for ends in (flat.min(axis=1), flat.max(axis=1)))
        return self.beside(parts, distance_apart(low, high, gap))

    def beside(self, parts: Int[np.ndarray, "*space"], distance: float) -> Self:
        """Return the pixels with one more coordinate: the number of the part, times a distance."""
        points = np.empty((len(self.points) + 1, *self.space), self.points.dtype)
        points[:-1], points[-1] = self.points, parts
        points[-1] *= self.points.dtype.type(distance)
        return type(self)(points, self.confidence, self.sigma)


@dataclass(frozen=True, eq=False)
class Foreground:
    """The pixels of an image that may belong to objects.

    Attributes
    ----------
    pixels : PixelEmbedding
        A list of them.
    places : int64 array, (n,)
        Where they are in the flattened image, ascending.
    space : tuple of int
        Number of pixels of the image per axis.
    """

    pixels: PixelEmbedding
    places: Int[np.ndarray, " n"]
    space: tuple[int, ...]


def list_channels(
    channels: Float[np.ndarray, "c *space"], places: Int[np.ndarray, " n"]
) -> Float[np.ndarray, "c n"]:
    """Return the pixels at places of the flattened image, which is fastest channel by channel."""
    listed = np.empty((len(channels), len(places)), channels.dtype)
    for channel, row in zip(channels, listed, strict=True):
        np.take(channel, places, out=row, mode="clip")  # any mode but "raise" needs no buffer
    return listed


def distance_apart(
    low: Float[np.ndarray, " d"], high: Float[np.ndarray, " d"], gap: float
) -> float:
    """Return how far apart parts must lie, from the lowest and highest coordinates of pixels.

    It exceeds every distance within a part by `gap`; all are in embedding units.
    """
    return float(np.linalg.norm(high - low)) + gap
