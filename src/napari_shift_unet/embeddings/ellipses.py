"""The margins that a spatial embedding gives its objects."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Self

import numpy as np
from jaxtyping import Bool, Float, Integer

from ..errors import InputError
from .objects import number_objects
from .pixels import PixelEmbedding

HALF = math.sqrt(2 * math.log(2))
"""Distance in sigma at which the Gaussian of an object is 0.5, above which its pixels join."""


@dataclass(frozen=True, eq=False)
class Ellipses:
    """An ellipse, or an ellipsoid, for each object.

    Attributes
    ----------
    centres, radii : float arrays, (n, d)
        In px of the whole image; the radii run along the axes.
    """

    centres: Float[np.ndarray, "n d"]
    radii: Float[np.ndarray, "n d"]

    def __len__(self) -> int:
        return len(self.centres)

    def __getitem__(self, chosen: Bool[np.ndarray, " n"] | Integer[np.ndarray, " m"]) -> Self:
        return type(self)(self.centres[chosen], self.radii[chosen])

    def cut(self, axis: int, at: float) -> Self:
        """Return what lies in a plane across an axis: smaller ellipses, or none."""
        reach = 1 - ((at - self.centres[:, axis]) / self.radii[:, axis]) ** 2
        hit = reach > 0
        centres, radii = self.centres[hit], self.radii[hit] * np.sqrt(reach[hit])[:, None]
        centres[:, axis] = at
        return type(self)(centres, radii)

    def outlines(self, axes: Sequence[int], sides: int) -> Float[np.ndarray, "m 2 d"]:
        """Return polygons around the centres in each plane of two of the given axes.

        Parameters
        ----------
        axes
            Two of them give ellipses, three the great circles of ellipsoids.
        sides
            Edges of a polygon.

        Returns
        -------
        ndarray
            Starts and displacements of the edges.
        """
        turns = np.linspace(0, 2 * np.pi, sides + 1)
        edges = [np.empty((0, 2, self.centres.shape[1]))]
        for plane in combinations(axes, 2):
            corners = np.repeat(self.centres[:, None], sides + 1, axis=1)
            for axis, wave in zip(plane, (np.sin(turns), np.cos(turns)), strict=True):
                corners[:, :, axis] += self.radii[:, axis, None] * wave
            pairs = np.stack([corners[:, :-1], np.diff(corners, axis=1)], axis=2)
            edges.append(pairs.reshape(-1, *edges[0].shape[1:]))
        return np.concatenate(edges)


def sigma_ellipses(pixels: PixelEmbedding, labels: Integer[np.ndarray, "*space"]) -> Ellipses:
    """Return where the Gaussian of each object is 0.5, in the order of the labels.

    Its centre is the mean embedding of the object's pixels, its width their mean sigma ([Nev],
    eq. 5 and 7).

    Parameters
    ----------
    pixels
        A spatial embedding.
    labels
        0 is background.

    Raises
    ------
    InputError
        If there is no sigma.
    """
    inside = labels > 0
    found = pixels[inside]
    if found.sigma is None:
        raise InputError("This embedding has no sigma. Use a spatial embedding.")
    _, members = number_objects(labels[inside])
    counts = np.bincount(members)
    widths = np.broadcast_to(found.sigma, found.points.shape)
    centres, sigmas = (
        np.stack([np.bincount(members, values) for values in channels], axis=1) / counts[:, None]
        for channels in (found.points, widths)
    )
    return Ellipses(centres, HALF * sigmas)
