"""Seams whose place is known, one by one: what they cut, and which pairs they left."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ..images import PixelArray
from .comb import Comb
from .distances import Reference, embedding_logit
from .frames import LabelStack
from .jumps import JumpProfile
from .pairs import REACH, Contacts, Pair, contacts_across, count_uncut, pairs_of

SPLIT = 0.5
"""Score from which a pair counts as split."""
LISTED = 0.05
"""Score from which a pair is worth a look."""


@dataclass(frozen=True)
class Seam:
    """One seam: all that lies between the pixels `position - 1` and `position` of an axis."""

    axis: int
    position: int
    score: float
    """Share of the objects at the seam that it cuts: split pairs over these and uncut objects."""
    p_value: float
    """Of the ends of objects at this line and, with an embedding, of its jump."""
    split_pairs: int


@dataclass(frozen=True)
class Inspector:
    """Looks at the seams of one axis of some labels."""

    stack: LabelStack
    axis: int
    comb: Comb
    embedding: PixelArray | None = None
    jump: JumpProfile | None = None
    reference: Reference | None = None

    def inspect(self, line: int) -> tuple[Seam, list[Pair]]:
        """Return a seam and the pairs across it, those of no likeness left out."""
        pairs: list[Pair] = []
        uncut = 0
        for index, frame, contacts in self.contacts(line):
            pairs += pairs_of(contacts, line, self.axis, index)
            uncut += count_uncut(frame, line)
        listed = [pair for pair in pairs if pair.score >= LISTED]
        split = sum(pair.score >= SPLIT for pair in pairs)
        score = split / max(1, split + uncut)
        return Seam(self.axis, line, score, self._p_value(line), split), listed

    def contacts(self, line: int) -> Iterator[tuple[tuple[int, ...], np.ndarray, Contacts]]:
        """Yield the contacts of each frame, with its index and the frame, the axis in front."""
        for index in self.stack.indices():
            frame = np.moveaxis(self.stack.labels[index], self.axis - len(index), 0)
            contacts = contacts_across(frame, line)
            if self.embedding is not None and self.reference is not None:
                first = max(0, line - REACH - 1)
                points = self._points(self.embedding, index, slice(first, line + REACH + 1))
                term = embedding_logit(contacts, points, line - first, self.reference)
                contacts = contacts._replace(logit=contacts.logit + term)
            yield index, frame, contacts

    def _points(
        self, embedding: PixelArray, index: tuple[int, ...], along: slice
    ) -> Float[np.ndarray, "c along *plane"]:
        space = [slice(None)] * len(self.stack.space)
        space[self.axis - len(index)] = along
        points = np.asarray(embedding[(slice(None), *index, *space)], np.float32)
        return np.moveaxis(points, 1 + self.axis - len(index), 1)

    def _p_value(self, line: int) -> float:
        of_ends = self.comb.p_value([line])
        if self.jump is None or not self.jump.pixels[line]:
            return of_ends
        known = self.jump.mean[self.jump.pixels > 0]
        of_jump = float(np.mean(known >= self.jump.mean[line]))
        return min(1.0, 2 * min(of_ends, of_jump))
