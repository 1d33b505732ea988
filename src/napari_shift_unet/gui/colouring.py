"""An embedding as colours, computed in a thread."""

from collections.abc import Generator
from math import prod
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..segmentation import EmbeddedImage

SLAB_PX = 2**22
"""Pixels that are coloured between two events."""
LIKELY = 0.5
"""Probability of the foreground from which pixels decide the colours of the embedding."""


def colour_embedding(embedded: "EmbeddedImage") -> Generator[None, None, np.ndarray]:
    """Return three principal components of the network's channels, `(*axes, 3)` uint8.

    Not of the embedding: coordinates would drown what the network says in one large gradient.
    """
    from ..embeddings import Projection

    raw, foreground = embedded.raw, embedded.foreground
    projection = Projection.fit(raw, None if foreground is None else foreground >= LIKELY)
    colours = np.empty((*raw.shape[1:], 3), np.uint8)
    rows = max(1, SLAB_PX // prod(raw.shape[2:]))
    for start in range(0, raw.shape[1], rows):
        slab = slice(start, start + rows)
        colours[slab] = np.rint(255 * projection.apply(raw[:, slab]))
        yield
    return colours
