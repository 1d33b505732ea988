import numpy as np
import pytest
from napari.components import ViewerModel
from napari.layers import Image as ImageLayer

from known_embedding import known_embedding
from napari_shift_unet.errors import InputError
from napari_shift_unet.gui.layers import (
    EMBEDDING,
    FOREGROUND,
    INSTANCES,
    METADATA_KEY,
    axes_of,
    image_of,
    move,
    placement,
    possible_axes,
)
from napari_shift_unet.gui.segment.result_layers import show_embedding, show_foreground, show_labels
from napari_shift_unet.gui.segment.session import Run, Session


@pytest.mark.parametrize(
    ("shape", "labels", "ndim", "axes"),
    [
        ((8, 9), None, 2, "yx"),
        ((5, 8, 9), None, 2, "zyx"),
        ((2, 8, 9), None, 2, "cyx"),
        ((2, 8, 9), None, 3, "zyx"),
        ((2, 8, 9), ("t", "y", "x"), 2, "tyx"),
        ((5, 2, 8, 9), ("t", "c", "y", "x"), 2, "tcyx"),
        ((5, 8, 9), ("depth", "y", "x"), 2, "zyx"),
    ],
)
def test_axes_are_those_that_the_layer_says_else_guessed(shape, labels, ndim, axes):
    layer = ImageLayer(np.zeros(shape), axis_labels=labels)
    assert axes_of(layer, ndim) == axes
    assert axes in possible_axes(layer)


def test_colours_are_an_axis_of_samples():
    layer = ImageLayer(np.zeros((8, 9, 3), np.uint8), rgb=True)
    assert axes_of(layer, 2) == "yxs"
    assert image_of(layer, "yxs").is_rgb


def test_an_image_keeps_place_size_and_name():
    layer = ImageLayer(
        np.zeros((4, 8, 9)),
        name="cells",
        scale=(2, 500, 500),
        translate=(1, 0, 1000),
        units=("um", "nm", "nm"),
    )
    image = image_of(layer, "zyx")
    assert image.scale == (2.0, 0.5, 0.5)
    assert image.translate == (1.0, 0.0, 1.0)
    assert image.units == ("micrometer",) * 3
    assert image.name == "cells"
    assert image.data is layer.data


def test_a_pyramid_gives_its_finest_level():
    levels = [np.zeros((80, 90)), np.zeros((40, 45))]
    image = image_of(ImageLayer(levels, multiscale=True), "yx")
    assert image.data.shape == (80, 90)


def test_axes_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match="do not fit the layer 'cells'"):
        image_of(ImageLayer(np.zeros((8, 9)), name="cells"), "zyx")


@pytest.mark.parametrize("channel_axis", [None, 0, 1])
def test_results_lie_on_their_image(channel_axis):
    """Every pixel, of any channel, lies in the pixel of the result that it belongs to."""
    turned = np.eye(4)
    turned[2:, 2:] = [[0.8, -0.6], [0.6, 0.8]]
    image = ImageLayer(
        np.zeros((4, 3, 8, 9)),
        scale=(2, 1.5, 0.5, 0.25),
        translate=(1, 2, 3, 4),
        rotate=turned,
        shear=[0, 0, 0, 0, 0, 0.1],
        units=("um", "pixel", "um", "um"),
    )
    left_out = int(channel_axis == 0)
    shape = list(image.data.shape)
    if channel_axis is not None:
        shape[channel_axis] = 1
    result = ImageLayer(np.zeros(shape[left_out:]), **placement(image, channel_axis))
    for pixel in np.ndindex(4, 3, 2, 2):
        found = np.round(result.world_to_data(image.data_to_world(pixel))).astype(int)
        expected = list(pixel)
        if channel_axis is not None:
            expected[channel_axis] = 0
        assert found.tolist() == expected[left_out:]
    assert result.units == image.units[left_out:]


@pytest.fixture
def viewer():
    return ViewerModel()


@pytest.fixture
def session(viewer, qapp):
    return Session(viewer)


@pytest.fixture
def run(viewer):
    objects = np.zeros((40, 50), np.int32)
    objects[5:15, 5:15], objects[20:30, 20:30] = 1, 2
    embedded = known_embedding(objects)
    layer = viewer.add_image(
        embedded.selection.image.data, name="cells", scale=(0.5, 0.5), units=("um", "um")
    )
    return Run(layer, embedded, embedded.default_clustering)


def test_results_become_layers_above_their_image(viewer, session, run):
    other = viewer.add_image(np.zeros((5, 5)), name="other")
    viewer.layers.selection = {other}
    show_embedding(session, run, np.zeros((40, 50, 3), np.float32), {"tiles": 4})
    show_foreground(session, run, np.zeros((40, 50), np.float32), {"tiles": 4})
    show_labels(session, run, np.ones((40, 50), np.int32), {"tiles": 4})
    names = [f"cells: {kind}" for kind in (FOREGROUND, EMBEDDING, INSTANCES)]
    assert [layer.name for layer in viewer.layers] == ["cells", *names[:2], "other", names[2]]
    assert viewer.layers.selection == {other}
    for name in names:
        assert viewer.layers[name].metadata[METADATA_KEY] == {"tiles": 4}
        assert viewer.layers[name].scale.tolist() == [0.5, 0.5]
        assert viewer.layers[name].units == run.image_layer.units


def test_running_again_updates_the_same_layers(viewer, session, run):
    for value in (0, 1):
        show_embedding(session, run, np.full((40, 50, 3), value, np.float32), {"run": value})
        show_foreground(session, run, np.full((40, 50), value, np.float32), {"run": value})
        show_labels(session, run, np.full((40, 50), value, np.int32), {"run": value})
        run.image_layer.scale = (3, 3)
    assert len(viewer.layers) == 4
    for layer in viewer.layers[1:]:
        assert np.all(np.asarray(layer.data) == 1)
        assert layer.metadata[METADATA_KEY] == {"run": 1}
        assert layer.scale.tolist() == [3, 3]


def test_a_deleted_result_is_made_again(viewer, session, run):
    first = show_labels(session, run, np.zeros((40, 50), np.int32), {})
    viewer.layers.remove(first)
    second = show_labels(session, run, np.ones((40, 50), np.int32), {})
    assert second in viewer.layers
    assert second is not first


def test_labels_edited_by_hand_are_kept(viewer, session, run):
    layer = show_labels(session, run, np.zeros((40, 50), np.int32), {})
    session.set_labels(run, layer)
    layer.data_setitem((np.array([1]), np.array([2])), 7)
    assert session.is_edited(layer)
    new = show_labels(session, run, np.ones((40, 50), np.int32), {})
    assert layer.name == "cells: instances (edited)"
    assert layer.data[1, 2] == 7
    assert not layer.visible
    assert new.name == "cells: instances"
    session.set_labels(run, new)
    assert show_labels(session, run, np.zeros((40, 50), np.int32), {}) is new


def test_labels_of_the_user_are_left_alone(viewer, session, run):
    own = viewer.add_labels(np.full((40, 50), 5), name="cells: instances")
    show_labels(session, run, np.ones((40, 50), np.int32), {})
    assert (own.data == 5).all()


def test_a_layer_that_lies_right_is_not_drawn_anew():
    below = ImageLayer(np.zeros((4, 5)), scale=(2, 3), rotate=30, shear=[0.2], units=("um", "um"))
    above, drawn = ImageLayer(np.zeros((4, 5))), []
    above.events.set_data.connect(drawn.append)
    move(above, placement(below))
    assert drawn
    for keyword in ("scale", "translate", "rotate", "shear"):
        assert np.allclose(getattr(above, keyword), getattr(below, keyword))
    assert above.units == below.units
    drawn.clear()
    move(above, placement(below))
    assert not drawn
