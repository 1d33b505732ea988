"""What the channels of a network mean: from its output to an embedding of the whole image."""

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Bool, Float
from scipy.special import expit, logit

from ..errors import InputError
from .pixels import Foreground, PixelEmbedding, list_channels

Channels = Float[np.ndarray, "c *space"]
Points = Float[np.ndarray, "d *space"]
Sigma = Float[np.ndarray, "s *space"]
Coordinates = Sequence[Float[np.ndarray, "..."]]
"""Place in the image along each axis, in px, of shapes that broadcast to that of the pixels."""

SIGMA_AT_ZERO_PX = 8.0
"""Sigma where the network returns 0; elsewhere it is this times exp(channel)."""
ROUNDING = 1e-6
"""More than what a probability in single precision can be off."""
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
    channels = output[:-1] if foreground else output
    points, sigma = _meaning(method)(channels, _coordinates(channels, origin))
    return PixelEmbedding(points, confidence(output) if foreground else None, sigma)


def embed_foreground(
    output: Channels,
    method: str,
    foreground: bool,
    threshold: float,
    origin: Sequence[int] | None = None,
) -> Foreground:
    """Embed the pixels of the foreground alone, as `embed` does; without a foreground all pixels.

    Parameters
    ----------
    output, method, foreground, origin
        As in `embed`.
    threshold
        Probability from which a pixel belongs to the foreground.

    Raises
    ------
    InputError
        As `embed` does.
    """
    meaning, space = _meaning(method), output.shape[1:]
    where, scores = np.ones(space, np.bool_), None
    channels = output[:-1] if foreground else output
    if foreground:
        where, scores = _reaching(output[-1], threshold)
    places = np.flatnonzero(where)
    listed = [np.broadcast_to(along, space)[where] for along in _coordinates(channels, origin)]
    points, sigma = meaning(list_channels(channels, places), listed)
    return Foreground(PixelEmbedding(points, scores, sigma), places, space)


def _reaching(
    logits: Float[np.ndarray, "*space"], threshold: float
) -> tuple[Bool[np.ndarray, "*space"], Float[np.ndarray, " n"]]:
    """Return where probabilities reach a threshold, and those that do in raster order."""
    where = logits >= logits.dtype.type(logit(max(threshold - ROUNDING, 0.0)))
    probabilities = expit(logits[where])
    reached = probabilities >= threshold
    if not reached.all():  # those within rounding of the threshold
        where[where] = reached
        probabilities = probabilities[reached]
    return where, probabilities


def confidence(output: Channels) -> Float[np.ndarray, "*space"]:
    """Return the last channel, a logit, as a probability."""
    probability: np.ndarray = expit(output[-1])
    return probability


def _meaning(method: str) -> "Meaning":
    if method not in METHODS:
        raise InputError(f"The method is '{method}'. Use one of {', '.join(METHODS)}.")
    return METHODS[method]


def _coordinates(channels: Channels, origin: Sequence[int] | None) -> Coordinates:
    space = channels.shape[1:]
    starts = tuple(origin) if origin is not None else (0,) * len(space)
    along = [np.arange(a, a + n, dtype=np.float32) for a, n in zip(starts, space, strict=True)]
    return np.ix_(*along)


def _plain(channels: Channels, places: Coordinates) -> tuple[Points, Sigma | None]:
    return channels.copy(), None


def _semi_convolutional(channels: Channels, places: Coordinates) -> tuple[Points, Sigma | None]:
    return _displaced(channels, places), None


def _spatial(channels: Channels, places: Coordinates) -> tuple[Points, Sigma | None]:
    axes = len(places)
    points, logs = _displaced(channels[:axes], places), channels[axes:]
    if len(logs) not in (1, axes):
        raise InputError(
            f"There are {len(logs)} channels of sigma for {axes} axes; there must be 1 or {axes}. "
            "Use a model that was trained for this number of axes."
        )
    return points, SIGMA_AT_ZERO_PX * np.exp(np.clip(logs, -LOG_SIGMA_LIMIT, LOG_SIGMA_LIMIT))


def _displaced(channels: Points, places: Coordinates) -> Points:
    if len(channels) < len(places):
        raise InputError(
            f"There are {len(channels)} displacement channels for {len(places)} axes. "
            "Use a model that was trained for this number of axes."
        )
    points = channels.copy()
    for channel, along in zip(points, places, strict=False):
        channel += along
    return points


Meaning = Callable[[Channels, Coordinates], tuple[Points, Sigma | None]]
METHODS: dict[str, Meaning] = {
    "discriminative": _plain,
    "semi-convolutional": _semi_convolutional,
    "spatial-embedding": _spatial,
}
