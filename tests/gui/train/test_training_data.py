import numpy as np
import pytest
import tifffile
from napari.components import ViewerModel
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QFileDialog

from napari_shift_unet.errors import InputError
from napari_shift_unet.gui.train.annotated_section import RULES, SHAPES
from napari_shift_unet.gui.train.data_section import FOLDER, DataSection
from napari_shift_unet.gui.train.folder_section import NO_FOLDER
from napari_shift_unet.gui.train.training_data import FolderData, LayerData
from napari_shift_unet.images import Image
from napari_shift_unet.training import network_for
from tiny_training import tiny_config

CONFIG_3D = tiny_config(spec=network_for("discriminative", 3, 1, width=2), method="discriminative")


@pytest.fixture
def viewer():
    return ViewerModel()


@pytest.fixture
def section(qtbot, viewer):
    section = DataSection(viewer)
    qtbot.addWidget(section)
    section.show()
    yield section
    section.close_down()


def _open(viewer, shape, labels_shape=None, **place):
    """Open noise and labels with two objects, on the first and the last plane if there are any."""
    rng = np.random.default_rng(0)
    image = viewer.add_image(rng.random(shape), name="cells", **place)
    labels = np.zeros(labels_shape or shape, np.int32)
    planes = labels.reshape(-1, *labels.shape[-2:])
    planes[0, 2:9, 2:9] = 5
    planes[-1, 2:9, 20:27] = 9
    return image, viewer.add_labels(labels, name="truth")


def _rules(section):
    choice = section.layers.annotated.rule_choice
    return [choice.itemData(place) for place in range(choice.count())]


def _choose(section, rule):
    choice = section.layers.annotated.rule_choice
    choice.setCurrentIndex(choice.findText(RULES[rule]))
    choice.activated.emit(choice.currentIndex())


def _all(split):
    return [*split.train, *split.validation]


def _ids(split):
    return {int(number) for sample in _all(split) for number in np.unique(sample.labels)}


def test_planes_with_labels_are_the_default_of_a_stack(section, viewer):
    _open(viewer, (5, 20, 30))
    assert _rules(section) == list(RULES)
    assert section.layers.annotated.rule == "planes"
    split = section.data().read(tiny_config())
    assert [sample.name for sample in _all(split)] == [
        "cells, z 0",
        "cells, z 4",
    ]
    section.set_network(3, 1)
    assert section.layers.annotated.rule == "everywhere"
    (volume, *_) = section.data().read(CONFIG_3D).train
    assert volume.labels.shape == (5, 20, 30)


def test_a_plane_is_annotated_everywhere(section, viewer):
    _open(viewer, (20, 30))
    assert _rules(section) == ["everywhere", SHAPES, "near"]
    assert section.layers.annotated.rule == "everywhere"


def test_background_counts_near_labels_alone(section, viewer):
    _open(viewer, (20, 30))
    _choose(section, "near")
    section.layers.annotated.margin_spin.setValue(0)
    (train,), (validation,) = (lambda s: (s.train, s.validation))(
        section.data().read(tiny_config())
    )
    assert set(np.unique(train.labels)) | set(np.unique(validation.labels)) == {-1, 1, 2}


def test_what_was_drawn_around_counts_alone(section, viewer):
    _open(viewer, (20, 30))
    _choose(section, SHAPES)
    with pytest.raises(InputError, match="no Shapes layer"):
        section.data()
    viewer.add_shapes([np.array([[0, 0], [0, 29], [9, 29], [9, 0]])], shape_type="rectangle")
    split = section.data().read(tiny_config())
    assert (
        sum((sample.labels >= 0).sum() for sample in (split.train[0], split.validation[0])) == 300
    )


def test_the_users_rule_stays_when_the_image_changes(section, viewer):
    _open(viewer, (20, 30))
    _choose(section, "near")
    _open(viewer, (5, 20, 30))
    section.layers.images.choose(viewer.layers[-2])
    assert section.layers.annotated.rule == "near"


@pytest.mark.parametrize(
    ("axes", "shape", "labels_shape"),
    [
        ("cyx", (2, 20, 30), (20, 30)),
        ("zcyx", (4, 2, 20, 30), (4, 1, 20, 30)),
        ("zcyx", (4, 2, 20, 30), (4, 20, 30)),
    ],
)
def test_labels_may_leave_channels_out_or_have_one(section, viewer, axes, shape, labels_shape):
    _open(viewer, shape, labels_shape, axis_labels=tuple(axes))
    assert section.obstacle == ""
    split = section.data().read(tiny_config())
    assert {sample.image.shape for sample in _all(split)} <= {
        (1, 20, 30),
        (1, 20, 22),
        (1, 20, 11),
    }


def test_axes_in_another_order_are_put_right():
    image = Image(np.random.default_rng(0).random((3, 2, 20, 30)), "ztyx")
    labels = np.zeros((3, 2, 20, 30), int)
    labels[2, 1, :5, :5] = labels[0, 1, :5, :5] = 1
    data = LayerData(image, 0, labels, labels > 0, 0, "truth")
    split = data.read(CONFIG_3D)
    (sample,) = split.validation
    assert sample.name.endswith("t 1")
    np.testing.assert_array_equal(np.unique(np.nonzero(sample.labels > 0)[0]), [0, 2])


def test_a_single_image_in_a_folder_is_divided(tmp_path):
    for name in ("images", "masks"):
        (tmp_path / name).mkdir()
    labels = np.zeros((20, 90), np.uint16)
    labels[2:8, 2:8], labels[2:8, 70:76] = 1, 2
    tifffile.imwrite(tmp_path / "images" / "a.tif", labels * 100)
    tifffile.imwrite(tmp_path / "masks" / "a.tif", labels)
    split = FolderData(tmp_path).read(tiny_config())
    assert split.said.startswith("1 of 2 objects validate")
    for name in "bcd":
        for kind in ("images", "masks"):
            (tmp_path / kind / f"{name}.tif").write_bytes((tmp_path / kind / "a.tif").read_bytes())
    split = FolderData(tmp_path).read(tiny_config())
    assert split.said == "1 of 4 images validate"
    assert [sample.name for sample in split.validation] == ["d.tif"]


def test_a_folder_without_masks_is_refused_below_the_choice(section, qtbot, monkeypatch, tmp_path):
    section.source_choice.setCurrentIndex(section.source_choice.findText(FOLDER))
    assert section.obstacle == NO_FOLDER
    (tmp_path / "images").mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    with qtbot.waitSignal(section.changed):
        qtbot.mouseClick(section.folder.button, Qt.MouseButton.LeftButton)
    assert "must hold the folders images and masks" in section.folder.notice.text
    assert section.obstacle == section.folder.notice.text
    assert section.folder.line.full_text == str(tmp_path)
