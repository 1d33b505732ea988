"""An audit in a thread: values in, values out."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from ...seams import Audit
    from ...segmentation import EmbeddedImage


@dataclass(frozen=True)
class Order:
    """What is to be audited."""

    labels: np.ndarray
    """A copy."""
    axes: str
    tile: Sequence[int] | None
    """Per spatial axis in px; searched for if left out."""
    offset: Sequence[int]
    embedding: Any = None
    """Numbers `(c, *axes)`."""
    embedded: "EmbeddedImage | None" = None
    """A prediction, whose embedding is taken instead."""
    intensity: np.ndarray | None = None
    """Pixels of the shape of the labels."""


@dataclass(frozen=True)
class Audited:
    """An audit, and what it takes to follow its pairs."""

    audit: "Audit"
    witnesses: np.ndarray
    """A pixel in either object of each pair, `(pairs, 2, axes)`."""
    embedding: Any
    intensity: np.ndarray | None


def run_audit(order: Order) -> Generator[None, None, Audited]:
    """Audit labels, with an event wherever it can be stopped."""
    from ...seams.auditing import audit_events
    from ...seams.reviewing import find_witnesses

    yield
    embedding = order.embedding if order.embedded is None else order.embedded.embedding
    yield
    audit = yield from audit_events(
        order.labels, axes=order.axes, tile=order.tile, offset=order.offset, embedding=embedding
    )
    return Audited(audit, find_witnesses(audit), embedding, order.intensity)
