"""What the channels of a network mean: from its output to an embedding of the whole image."""

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float

from ..errors import InputError

Raw = Float[np.ndarray, "c *space"]
Embedding = Float[np.ndarray, "d *space"]

SIGMA_AT_ZERO_PX = 8.0
"""Sigma where the network returns 0; elsewhere it is this times exp(channel)."""
LOG_SIGMA_LIMIT = 5.0
"""Channels of sigma are clipped to this on both sides: 0.05 to 1,200 px."""


def embed(output: Raw, method: str, origin: Sequence[int] | None = None) -> Embedding:
    """Return the embedding that clustering works on.

    Coordinates are those of the whole image: local ones of a tile would differ across its border
    and make a seam even with a legal crop.

    Parameters
    ----------
    output
        Embedding channels as the network returned them, without the foreground.
    method
        "discriminative" (as it is, [R]), "semi-convolutional" (displacement in px plus the pixel's
        coordinates, further channels as they are; [Nov], section 3) or "spatial-embedding" (the
        displacement channels alone plus coordinates; [Nev], section 3.2).
    origin
        Position in the image of the first pixel, in px per axis; zeros if left out.

    Returns
    -------
    ndarray
        A new array. Single precision keeps coordinates to 0.004 px up to 65,536 px.

    Raises
    ------
    InputError
        For an unknown method, or fewer displacement channels than axes.
    """
    if method not in METHODS:
        raise InputError(f"The method is '{method}'. Use one of {', '.join(METHODS)}.")
    start = tuple(origin) if origin is not None else (0,) * (output.ndim - 1)
    return METHODS[method](output, start)


def _plain(output: Raw, origin: tuple[int, ...]) -> Embedding:
    return output.copy()


def _displaced(output: Raw, origin: tuple[int, ...]) -> Embedding:
    space = output.shape[1:]
    if len(output) < len(space):
        raise InputError(
            f"There are {len(output)} displacement channels for {len(space)} axes. "
            "Use a model that was trained for this number of axes."
        )
    embedding = output.copy()
    for axis, (start, length) in enumerate(zip(origin, space, strict=True)):
        shape = [1] * len(space)
        shape[axis] = length
        embedding[axis] += np.arange(start, start + length, dtype=np.float32).reshape(shape)
    return embedding


def _displaced_only(output: Raw, origin: tuple[int, ...]) -> Embedding:
    return _displaced(output[: output.ndim - 1], origin)


METHODS: dict[str, Callable[[Raw, tuple[int, ...]], Embedding]] = {
    "discriminative": _plain,
    "semi-convolutional": _displaced,
    "spatial-embedding": _displaced_only,
}
