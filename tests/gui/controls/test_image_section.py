import numpy as np
import pytest
from napari.components import ViewerModel
from napari.layers import Image as ImageLayer
from qtpy.QtCore import Qt

from napari_shift_unet.gui.controls.image_section import ImageSection
from napari_shift_unet.gui.layers import METADATA_KEY


@pytest.fixture
def viewer():
    return ViewerModel()


@pytest.fixture
def section(qtbot, viewer):
    section = ImageSection(viewer)
    qtbot.addWidget(section)
    section.show()
    yield section
    section.close_down()


def names(section):
    choice = section.layer_choice
    return [choice.itemText(place) for place in range(choice.count())]


def test_without_images_there_is_none(section):
    assert section.layer is None
    assert section.image is None
    assert section.axes == ""


def test_the_list_follows_layers_added_renamed_moved_and_removed(qtbot, viewer, section):
    with qtbot.waitSignal(section.changed):
        first = viewer.add_image(np.zeros((8, 9)), name="first")
    viewer.add_image(np.zeros((5, 5)), name="second")
    viewer.add_labels(np.zeros((5, 5), int), name="labels")
    viewer.add_image(np.zeros((5, 5)), name="result", metadata={METADATA_KEY: {}})
    assert names(section) == ["first", "second"]
    assert section.layer is first
    viewer.layers.move(0, 2)
    assert names(section) == ["second", "first"]
    assert section.layer is first
    with qtbot.waitSignal(section.changed):
        first.name = "cells"
    assert names(section) == ["second", "cells"]
    assert section.image.name == "cells"
    with qtbot.waitSignal(section.changed):
        viewer.layers.remove(first)
    assert section.layer.name == "second"
    viewer.layers.clear()
    assert section.image is None


def test_the_selected_layer_is_the_default(qtbot, viewer):
    for name in "abc":
        viewer.add_image(np.zeros((5, 5)), name=name)
    viewer.layers.selection = {viewer.layers["b"]}
    section = ImageSection(viewer)
    qtbot.addWidget(section)
    assert section.layer.name == "b"
    section.close_down()


def test_axes_and_channels_are_asked_for_where_there_are_such(qtbot, viewer, section):
    viewer.add_image(np.zeros((8, 9)), name="plane")
    assert not section.axes_choice.isVisible()
    assert not section.channel_choice.isVisible()
    viewer.add_image(np.zeros((3, 8, 9)), name="stack")
    section.choose(viewer.layers["stack"])
    assert section.axes == "cyx"
    assert section.axes_choice.isVisible()
    assert section.channel_choice.count() == 3
    section.channel_choice.setCurrentIndex(2)
    assert section.channel == 2
    qtbot.keyClick(section.axes_choice, Qt.Key.Key_Home)
    with qtbot.waitSignal(section.changed):
        section.axes_choice.textActivated.emit("tyx")
    assert section.image.axes == "tyx"
    assert not section.channel_choice.isVisible()
    assert section.channel == 0
    section.choose(viewer.layers["plane"])
    section.choose(viewer.layers["stack"])
    assert section.axes == "tyx", "the choice is kept"


def test_a_network_of_several_channels_and_of_three_dimensions(viewer, section):
    viewer.add_image(np.zeros((3, 8, 9)), name="stack")
    section.set_network(2, 2)
    choice = section.channel_choice
    assert [choice.itemText(place) for place in range(choice.count())] == ["0 to 1", "1 to 2"]
    choice.setCurrentIndex(1)
    assert section.channel == (1, 2)
    section.set_network(3, 1)
    assert section.axes == "zyx"
    assert section.image is not None


def test_a_plane_for_a_3d_network_is_refused_where_it_was_chosen(viewer, section):
    viewer.add_image(np.zeros((8, 9)), name="plane")
    section.set_network(3, 1)
    assert section.image is None
    assert "a 3D model needs z" in section.notice.text


def test_rgb_is_refused_and_made_grey_with_a_click(qtbot, viewer, section):
    colours = np.full((8, 9, 3), (10, 20, 30), np.uint8)
    viewer.add_image(colours, rgb=True, name="stained", scale=(2, 2))
    assert section.image is None
    assert "RGB" in section.notice.text
    qtbot.mouseClick(section.notice.button, Qt.MouseButton.LeftButton)
    assert section.layer.name == "stained (grey)"
    assert section.layer.scale.tolist() == [2, 2]
    assert section.image.data.shape == (8, 9)
    assert section.notice.text == ""


def test_new_pixels_are_announced(qtbot, viewer, section):
    layer = viewer.add_image(np.zeros((8, 9)), name="plane")
    with qtbot.waitSignals([section.replaced, section.changed]):
        layer.data = np.zeros((4, 5))
    assert section.image.data.shape == (4, 5)


def test_a_closed_section_hears_nothing(qtbot, viewer, section):
    section.close_down()
    with qtbot.assertNotEmitted(section.changed):
        viewer.layers.append(ImageLayer(np.zeros((8, 9))))
