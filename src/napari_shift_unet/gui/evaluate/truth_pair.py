"""The section in which labels and their truth are chosen."""

from collections.abc import Sequence

from napari.layers import Layer
from napari.viewer import Viewer

from ..objects.labels_pair import LabelsPair, newest
from .wording import PAIR

TRUE_NAMES = ("truth", "ground", "gt", "annotat", "manual", "reference")
"""What the name of a truth may contain."""


class TruthPair(LabelsPair):
    """Chooses labels and truth, the latter by its name unless the user says otherwise.

    Parameters
    ----------
    viewer
        The viewer.
    """

    def __init__(self, viewer: Viewer) -> None:
        super().__init__(viewer, PAIR)

    def likely_a(self, layers: Sequence[Layer]) -> Layer | None:
        """Return the newest labels that are not called like a truth."""
        return newest([layer for layer in layers if not _called_true(layer)] or layers)

    def likely_b(self, layers: Sequence[Layer]) -> Layer | None:
        """Return what is called like a truth."""
        return newest([layer for layer in layers if _called_true(layer)] or layers)


def _called_true(layer: Layer) -> bool:
    return any(part in layer.name.lower() for part in TRUE_NAMES)
