"""Objects around seeds, the most confident pixel first."""

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from scipy.special import logit

from ..errors import InputError
from .binning import check_finite
from .choices import NO_SEEDS
from .config import ClusterConfig
from .growth import grow
from .kernel import JOINS, LARGEST_LOGIT
from .pixels import PixelEmbedding
from .ranking import best_first

REST_OWN, REST_STEERED = 3.0, 10.0
"""Sigmas within which the rest joins the nearest seed; further ones changed no score by 0.001."""


class SeedTerms(NamedTuple):
    """Listed pixels as greedy seeds see them; see `grow`."""

    points: Float[np.ndarray, "n d"]
    widths: Float[np.ndarray, "n s"]
    reach: Float[np.ndarray, " n"]
    scores: Float[np.ndarray, " n"]
    rest: float


def decode_greedy_seeds(pixels: PixelEmbedding, config: ClusterConfig) -> Int[np.ndarray, " n"]:
    """Take the free pixel of highest confidence as a seed, give it its object, and so on.

    Where pixels have a sigma of their own, that of the seed is the margin: a pixel joins where
    exp(-sum_i (e_i - C_i)^2 / (2 sigma_i^2)) > 0.5 ([Nev], section 3.3). Elsewhere it joins where
    sigmoid(s + log K) > 0.5, s being its foreground logit and K = exp(-|e - C| / sigma) the steered
    kernel ([Nov], section 3.2). The rest joins the nearest seed, in its sigmas, if
    it is not far; with `assign_rest` off, as in the papers, it belongs to no object.

    Raises
    ------
    InputError
        If there is no confidence, or an embedding is not finite.
    """
    terms = seed_terms(pixels, config)
    seeds = best_first(terms.scores, config.seed_threshold)
    return grow(terms.points, terms.widths, terms.reach, seeds, terms.rest)


def seed_terms(pixels: PixelEmbedding, config: ClusterConfig) -> SeedTerms:
    """Return what each of listed pixels brings with it; for errors see `decode_greedy_seeds`."""
    if pixels.confidence is None:
        raise InputError(NO_SEEDS)
    points, scores = pixels.points.T, pixels.confidence
    if pixels.sigma is None:
        widths, rest = np.full((len(points), 1), config.sigma), REST_STEERED
        reach = _steered_reach(scores)
    else:
        widths, rest = pixels.sigma.T, REST_OWN
        reach = np.broadcast_to(math.sqrt(-2 * math.log(JOINS)), len(points))
    check_finite(points)
    check_finite(widths)
    return SeedTerms(points, widths, reach, scores, rest if config.assign_rest else 0.0)


def _steered_reach(scores: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """Return the distance in sigma within which a pixel joins: sigmoid(s - distance) > 0.5."""
    reach: np.ndarray = np.clip(logit(scores.astype(np.float64)), 0, LARGEST_LOGIT)
    return reach
