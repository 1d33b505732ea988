"""Which labels came of which prediction, for widgets that look at labels later."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from napari.layers import Image as ImageLayer
from napari.layers import Labels, Layer

if TYPE_CHECKING:
    from ..segmentation import EmbeddedImage


@dataclass(frozen=True)
class KnownRun:
    """A prediction that is still in memory."""

    embedded: "EmbeddedImage"
    image_layer: ImageLayer


_RUNS: "WeakKeyDictionary[Layer, KnownRun]" = WeakKeyDictionary()
"""Lives as long as the labels: whoever looks at them may ask for what they came of."""


def remember_run(labels_layer: Labels, embedded: "EmbeddedImage", image_layer: ImageLayer) -> None:
    """Keep the prediction of labels as long as their layer exists."""
    _RUNS[labels_layer] = KnownRun(embedded, image_layer)


def run_of(labels_layer: Layer) -> KnownRun | None:
    """Return the prediction that labels came of; `None` if it is not of this session."""
    return _RUNS.get(labels_layer)
