"""Commands in napari's own menus. napari hands in the viewer, and the layer that is active."""

from pathlib import Path

from napari.layers import Image as ImageLayer
from napari.layers import Labels, Layer
from napari.viewer import Viewer
from qtpy.QtWidgets import QApplication, QFileDialog

from ...errors import InputError
from ..layers import EMBEDDING, METADATA_KEY, axes_of, image_of, name_of, placement
from .reading import PLUGIN, embedding_layer
from .writing import labels_image, object_table


def open_results(viewer: Viewer) -> None:
    """Ask for the folder of a run and open it."""
    chosen = QFileDialog.getExistingDirectory(
        QApplication.activeWindow(), "Folder of a run (with run.json)"
    )
    if chosen:
        viewer.open(Path(chosen), plugin=PLUGIN)


def show_embedding(viewer: Viewer, layer: Layer) -> None:
    """Show the channels of the active image layer as colours, its three principal components.

    Raises
    ------
    InputError
        If the active layer is not an image with an axis of channels.
    """
    if not isinstance(layer, ImageLayer):
        raise InputError("An embedding is an Image layer; select one in the layer list first.")
    axes = axes_of(layer, 2)
    if layer.ndim > 2 and "c" not in axes:
        axes = "c" + axes[1:]
    image = image_of(layer, axes)
    colours, meta, _ = embedding_layer(image)
    place = placement(layer, axes.index("c")) if axes.startswith("c") else meta
    facts = {METADATA_KEY: {"image": layer.name}}
    viewer.add_image(
        colours, **place | {"rgb": True, "name": name_of(layer, EMBEDDING), "metadata": facts}
    )


def measure_objects(layer: Layer) -> None:
    """Fill the features of the active labels layer with the size and place of its objects.

    Raises
    ------
    InputError
        If the active layer holds no labels.
    """
    if not isinstance(layer, Labels):
        raise InputError("Objects are measured in a Labels layer; select one first.")
    data, meta, _ = layer.as_layer_data_tuple()
    layer.features = object_table(labels_image(data, meta), layer.features)
