"""What the channels of a network mean: from its output to an embedding of the whole image."""

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float
from scipy.special import expit

from ..errors import InputError
from .pixels import PixelEmbedding

Channels = Float[np.ndarray, "c *space"]
Points = Float[np.ndarray, "d *space"]
Sigma = Float[np.ndarray, "s *space"]

SIGMA_AT_ZERO_PX = 8.0
"""Sigma where the network returns 0; elsewhere it is this times exp(channel)."""
LOG_SIGMA_LIMIT = 6.0
"""Channels of sigma are clipped to this on both sides: 0.02 to 3,200 px."""


def embed(
    output: Channels, method: str, foreground: bool, origin: Sequence[int] | None = None
) -> PixelEmbedding:
    """Return what clustering works on.

    Parameters
    ----------
    output
        Channels as the network returned them.
    method
        "discriminative" (the embedding as it is, [R]), "semi-convolutional" (displacement in px
        plus the pixel's coordinates, further channels as they are; [Nov], section 3) or
        "spatial-embedding" (the same displacement, then log-sigma; [Nev], section 3.2).
    foreground
        Whether the last channel is the logit of the foreground or of the seed map.
    origin
        Position in the image of the first pixel, in px per axis; zeros if left out.

    Returns
    -------
    PixelEmbedding
        In new arrays. Single precision keeps coordinates to 0.004 px up to 65,536 px.

    Raises
    ------
    InputError
        For an unknown method, or another number of channels than the axes need.
    """
    if method not in METHODS:
        raise InputError(f"The method is '{method}'. Use one of {', '.join(METHODS)}.")
    start = tuple(origin) if origin is not None else (0,) * (output.ndim - 1)
    points, sigma = METHODS[method](output[:-1] if foreground else output, start)
    return PixelEmbedding(points, confidence(output) if foreground else None, sigma)


def confidence(output: Channels) -> Float[np.ndarray, "*space"]:
    """Return the last channel, a logit, as a probability."""
    probability: np.ndarray = expit(output[-1])
    return probability


def _plain(channels: Channels, origin: tuple[int, ...]) -> tuple[Points, Sigma | None]:
    return channels.copy(), None


def _semi_convolutional(channels: Channels, origin: tuple[int, ...]) -> tuple[Points, Sigma | None]:
    return _displaced(channels, origin), None


def _spatial(channels: Channels, origin: tuple[int, ...]) -> tuple[Points, Sigma | None]:
    axes = len(origin)
    points, logs = _displaced(channels[:axes], origin), channels[axes:]
    if len(logs) not in (1, axes):
        raise InputError(
            f"There are {len(logs)} channels of sigma for {axes} axes; there must be 1 or {axes}. "
            "Use a model that was trained for this number of axes."
        )
    return points, SIGMA_AT_ZERO_PX * np.exp(np.clip(logs, -LOG_SIGMA_LIMIT, LOG_SIGMA_LIMIT))


def _displaced(channels: Points, origin: tuple[int, ...]) -> Points:
    space = channels.shape[1:]
    if len(channels) < len(space):
        raise InputError(
            f"There are {len(channels)} displacement channels for {len(space)} axes. "
            "Use a model that was trained for this number of axes."
        )
    points = channels.copy()
    for axis, (start, length) in enumerate(zip(origin, space, strict=True)):
        shape = [1] * len(space)
        shape[axis] = length
        points[axis] += np.arange(start, start + length, dtype=np.float32).reshape(shape)
    return points


METHODS: dict[str, Callable[[Channels, tuple[int, ...]], tuple[Points, Sigma | None]]] = {
    "discriminative": _plain,
    "semi-convolutional": _semi_convolutional,
    "spatial-embedding": _spatial,
}
