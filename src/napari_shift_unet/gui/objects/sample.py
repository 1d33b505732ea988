"""Two label images of one image, to try a comparison on."""

from napari.viewer import Viewer

from ..files.reading import PLUGIN
from ..files.sample_layers import open_cut

SAMPLE = "u2os-nuclei"
OPEN, TOOLTIP = (
    "Open a sample to compare",
    "Nuclei (520 x 696 px) with their true labels, and the same labels cut by tiles of 148 px",
)


def open_pair(viewer: Viewer) -> None:
    """Open a field of nuclei with its true labels, and these as tiles would cut them."""
    viewer.open_sample(PLUGIN, SAMPLE)
    for data, meta, kind in open_cut():
        if kind == "labels":
            viewer.add_labels(data, **meta)
