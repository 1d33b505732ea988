"""A table of pixels that are seeds of objects, or may be."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from jaxtyping import Bool, Float, Int

from ..cells import Cells, sort_into_cells
from ..config import ClusterConfig
from ..growth import cell_edge
from ..seeds import seed_terms
from .source import Chunk

ROUNDING = 1e-6
"""Part by which boxes of what is in reach are larger than it."""


@dataclass(frozen=True, eq=False)
class SeedTable:
    """Pixels and what each brings with it as a seed; see `growth.grow`.

    Attributes
    ----------
    places : int64 array, (n,)
        Where they are, counted in raster order of the whole image.
    scores : float array, (n,)
        How important they are; of equal ones the first in raster order comes first.
    points : float array, (n, d)
        Embedding.
    widths : float array, (n, 1) or (n, d)
        Unit of length in their proposals.
    reach : float array, (n,)
        Distance in units of a seed's width below which they belong to its proposal.
    """

    places: Int[np.ndarray, " n"]
    scores: Float[np.ndarray, " n"]
    points: Float[np.ndarray, "n d"]
    widths: Float[np.ndarray, "n s"]
    reach: Float[np.ndarray, " n"]

    @classmethod
    def joined(cls, tables: Iterable[Self]) -> Self:
        """Return the rows of several tables, of one at least."""
        columns = zip(*(table.to_arrays().values() for table in tables), strict=True)
        return cls(*(np.concatenate(column) for column in columns))

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        """Take back what `to_arrays` returned; other names are ignored."""
        return cls(**{name: arrays[name] for name in _COLUMNS})

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Return the columns by name."""
        return {name: getattr(self, name) for name in _COLUMNS}

    def __getitem__(self, rows: Bool[np.ndarray, " n"] | Int[np.ndarray, " m"]) -> Self:
        """Return some rows."""
        return type(self)(*(column[rows] for column in self.to_arrays().values()))

    def __len__(self) -> int:
        """Return the number of pixels."""
        return len(self.places)

    def best_first(self) -> Int[np.ndarray, " n"]:
        """Return the order in which they become seeds."""
        if (np.diff(self.places) > 0).all():
            return np.argsort(-self.scores, kind="stable")
        return np.lexsort((self.places, -self.scores))

    def balls(
        self,
    ) -> tuple[Float[np.ndarray, "n d"], Float[np.ndarray, "n d"], Float[np.ndarray, " n"]]:
        """Return for the compiled loops where each is, one over its widths, and its reach."""
        widths = np.broadcast_to(self.widths, self.points.shape)
        return self.points.astype(np.float64), 1 / widths.astype(np.float64), self.reach

    def boxes(self, reach: Float[np.ndarray, " n"]) -> Float[np.ndarray, "2 n d"]:
        """Return the lowest and highest coordinates within so many widths of each."""
        half = reach[:, None] * self.widths.astype(np.float64) * (1 + ROUNDING)
        return np.stack([self.points - half, self.points + half])

    def cell_edge(self) -> float:
        """Return how wide cells best are in which one looks for what a seed takes."""
        return cell_edge(self.widths, self.reach)

    def cells(self) -> Cells:
        """Sort the pixels, one at least, into cells."""
        return sort_into_cells(self.points, self.cell_edge())


_COLUMNS = tuple(field.name for field in fields(SeedTable))


def foreground_of(chunk: Chunk, config: ClusterConfig) -> tuple[SeedTable, float]:
    """List the foreground of a chunk, and return how far the rest joins, in a seed's widths.

    Places are counted within the chunk.
    """
    terms = seed_terms(chunk.pixels[chunk.inside], config)
    places = np.flatnonzero(chunk.inside)
    return SeedTable(places, terms.scores, terms.points, terms.widths, terms.reach), terms.rest


def places_in_image(chunk: Chunk, places: Int[np.ndarray, " n"]) -> Int[np.ndarray, " n"]:
    """Return places within a chunk as counted in raster order of the whole image."""
    starts = [side.start for side in chunk.box]
    within = np.unravel_index(places, chunk.inside.shape)
    pixels = [along + start for along, start in zip(within, starts, strict=True)]
    counted: np.ndarray = np.ravel_multi_index(pixels, chunk.source.grid.shape)
    return counted


def bounds_of(points: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "2 d"]:
    """Return the lowest and highest coordinates; the wrong way round where there is no point."""
    whole = points.astype(np.float64)
    return np.stack([whole.min(axis=0, initial=np.inf), whole.max(axis=0, initial=-np.inf)])
