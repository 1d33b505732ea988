"""Embeddings as colours: one projection for the whole image, so that tiling changes no colour."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from jaxtyping import Bool, Float

from ..errors import InputError
from ..images.arrays import PixelArray, View, blocks, read_block

COLOURS = 3
RANGE_PERCENTILES = (1.0, 99.0)
SAMPLE_POINTS = 2**18
MIDDLE = 0.5
FLAT = 1e-9  # of the widest component

_BLOCK_PIXELS = 2**17  # held in double precision at a time


@dataclass(frozen=True, eq=False)
class Projection:
    """An affine map from D embedding dimensions to red, green and blue.

    Attributes
    ----------
    mean : array, (d,)
        Mean embedding of the pixels that it was fitted to.
    components : array, (k, d)
        Principal directions, the widest first; k is 3 or less.
    low, high : array, (k,)
        Coordinates along the components that become 0 and 1.
    """

    mean: Float[np.ndarray, " d"]
    components: Float[np.ndarray, "k d"]
    low: Float[np.ndarray, " k"]
    high: Float[np.ndarray, " k"]

    @classmethod
    def fit(
        cls,
        embedding: Float[np.ndarray, "d *space"] | PixelArray,
        mask: Bool[np.ndarray, "*space"] | None = None,
    ) -> Self:
        """Fit to all pixels of a mask by principal component analysis.

        The sign of a component is such that its largest entry is positive. Means and covariances
        are sums in double precision over blocks of the whole image, whatever its tiles were.

        Parameters
        ----------
        embedding
            Channels first; may be lazy.
        mask
            Pixels to fit to; all of them if left out or empty.

        Raises
        ------
        InputError
            If a pixel of the mask is embedded at NaN or infinity.
        """
        if mask is not None and not mask.any():
            mask = None
        dims = embedding.shape[0]
        count, total, products = 0, np.zeros(dims), np.zeros((dims, dims))
        for points in _points(embedding, mask):
            count += len(points)
            total += points.sum(0)
            products += points.T @ points
        if not np.isfinite(products).all():
            raise InputError(
                "The embedding holds NaN or infinite values. "
                "Check the image and the model that made it."
            )
        mean = total / count
        covariance = products / count - np.outer(mean, mean)
        _, vectors = np.linalg.eigh(covariance)
        components = vectors[:, ::-1].T[:COLOURS]
        largest = np.abs(components).argmax(1)
        components = components * np.sign(components[np.arange(len(components)), largest])[:, None]
        step = max(1, count // SAMPLE_POINTS)
        sample = np.concatenate([points[::step] for points in _points(embedding, mask)])
        low, high = np.percentile((sample - mean) @ components.T, RANGE_PERCENTILES, axis=0)
        width = high - low
        flat = MIDDLE * (width <= FLAT * width[0])  # a constant takes the middle value
        return cls(mean, components, low - flat, high + flat)

    def apply(self, embedding: Float[np.ndarray, "d *space"]) -> Float[np.ndarray, "*space 3"]:
        """Return colours in 0 .. 1, single precision; missing components are a middle value."""
        weights = (self.components / (self.high - self.low)[:, None]).astype(np.float32)
        shift = self.low + self.components @ self.mean
        offset = (shift / (self.high - self.low)).astype(np.float32)
        colours = np.full((*embedding.shape[1:], COLOURS), MIDDLE, np.float32)
        projected = np.tensordot(weights, np.asarray(embedding, np.float32), axes=1)
        for k in range(len(weights)):
            colours[..., k] = np.clip(projected[k] - offset[k], 0, 1)
        return colours


def _points(
    embedding: PixelArray, mask: Bool[np.ndarray, "*space"] | None
) -> Iterator[Float[np.ndarray, "n d"]]:
    """Read the pixels of a mask block by block, in double precision."""
    plane = View(embedding, (0, *[None] * (embedding.ndim - 1)))
    for box in blocks(plane, _BLOCK_PIXELS):
        block = read_block(embedding, (slice(None), *box)).astype(np.float64)
        yield block.reshape(len(block), -1).T if mask is None else block[:, mask[box]].T
