"""How alike pixels are in embedding space."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from jaxtyping import Float

from ..errors import InputError

JOINS = 0.5
"""Probability above which a pixel belongs to the object of a seed."""
LARGEST_LOGIT = 16.0
"""Beyond it, probabilities in single precision are 1."""


def similarity(
    embedding: Float[np.ndarray, "d *space"],
    pixel: Sequence[int],
    sigma: float | Float[np.ndarray, "..."],
    kind: Literal["laplacian", "gaussian"] = "laplacian",
) -> Float[np.ndarray, "*space"]:
    """Return the steered bilateral kernel between one pixel and all: 1 at the pixel itself.

    Parameters, return value and errors are those of `log_similarity`.
    """
    alike: Float[np.ndarray, "*space"] = np.exp(log_similarity(embedding, pixel, sigma, kind))
    return alike


def log_similarity(
    embedding: Float[np.ndarray, "d *space"],
    pixel: Sequence[int],
    sigma: float | Float[np.ndarray, "..."],
    kind: Literal["laplacian", "gaussian"] = "laplacian",
) -> Float[np.ndarray, "*space"]:
    """Return the logarithm of the kernel between one pixel and all, which never underflows.

    The kernel is ``exp(-|Psi_u - Psi_v| / sigma)`` ([Nov], section 3.2), or the Gaussian
    ``exp(-|Psi_u - Psi_v|^2 / (2 sigma^2))`` ([Nev], eq. 5).

    Parameters
    ----------
    embedding
        Channels first, in whole-image coordinates.
    pixel
        Position of the picked pixel, per axis.
    sigma
        Width in embedding units; or a learnt one for every pixel, `(*space)`, or for every pixel
        and dimension, `(d, *space)`, of which the picked pixel's counts.
    kind
        Shape of the kernel.

    Returns
    -------
    ndarray
        Single precision, 0 at the pixel itself.

    Raises
    ------
    InputError
        If sigma is not positive or the pixel lies outside.
    """
    space = embedding.shape[1:]
    at = tuple(int(i) for i in pixel)
    if len(at) != len(space) or any(not 0 <= i < n for i, n in zip(at, space, strict=True)):
        raise InputError(f"The pixel {at} is outside of the image of {space} px; pick one inside.")
    learnt = np.asarray(sigma, np.float32)
    here: tuple[Any, ...] = (..., *at)
    width = learnt[here] if learnt.ndim else learnt
    if not (width > 0).all():
        raise InputError(f"sigma is {width}; it must be a number above 0.")
    squared = np.zeros(space, np.float32)
    for channel, one_width in zip(embedding, np.broadcast_to(width, len(embedding)), strict=True):
        squared += np.square((channel - channel[at]) / one_width, dtype=np.float32)
    log: Float[np.ndarray, "*space"] = -np.sqrt(squared) if kind == "laplacian" else -squared / 2
    return log
