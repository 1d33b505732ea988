"""Which labels came of which prediction, for widgets that look at labels later."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from napari.layers import Image as ImageLayer
from napari.layers import Labels, Layer
from napari.utils.events import EventEmitter

if TYPE_CHECKING:
    from ..segmentation import EmbeddedImage


@dataclass(frozen=True)
class KnownRun:
    """A prediction that is still in memory."""

    embedded: "EmbeddedImage"
    image_layer: ImageLayer


_RUNS: "WeakKeyDictionary[Layer, KnownRun]" = WeakKeyDictionary()
"""Lives as long as the labels: whoever looks at them may ask for what they came of."""
renewed = EventEmitter(type_name="renewed")
"""Labels are of another prediction of their image now: `layer`, `run`, and `repeatable`, which
says whether clustering that prediction gives the labels."""


def remember_run(labels_layer: Labels, embedded: "EmbeddedImage", image_layer: ImageLayer) -> None:
    """Keep the prediction of labels as long as their layer exists."""
    _RUNS[labels_layer] = KnownRun(embedded, image_layer)


def renew_run(labels_layer: Labels, run: KnownRun | None, *, repeatable: bool) -> None:
    """Put another prediction in place of that of some labels, and tell whoever holds the old one.

    Parameters
    ----------
    labels_layer
        Labels that are in place already.
    run
        What they come of now; `None` if that is not known.
    repeatable
        Whether clustering it gives the labels.
    """
    if run is None:
        _RUNS.pop(labels_layer, None)
    else:
        _RUNS[labels_layer] = run
        renewed(layer=labels_layer, run=run, repeatable=repeatable)


def run_of(labels_layer: Layer) -> KnownRun | None:
    """Return the prediction that labels came of; `None` if it is not of this session."""
    return _RUNS.get(labels_layer)
