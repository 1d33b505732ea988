import numpy as np
import pytest
from napari.components import ViewerModel
from qtpy.QtWidgets import QApplication

from known_embedding import known_embedding
from napari_shift_unet.errors import InputError
from napari_shift_unet.gui.segment.prompt_layers import BOXES, CLICKS, PromptLayers
from napari_shift_unet.gui.segment.prompter import Prompter
from napari_shift_unet.gui.segment.result_layers import show_labels
from napari_shift_unet.gui.segment.session import Run, Session


class Bench:
    """A viewer without a window, a run, and something to prompt with."""

    def __init__(self, objects, axes="yx", labels=None, **known):
        self.embedded = known_embedding(objects, axes, **{"alike": {3: 1}, **known})
        image = self.embedded.selection.image
        self.viewer = ViewerModel()
        layer = self.viewer.add_image(
            image.data,
            name="cells",
            axis_labels=tuple(axes),
            scale=image.scale_along(axes),
            translate=image.translate_along(axes),
        )
        self.session = Session(self.viewer)
        self.run = Run(layer, self.embedded, self.embedded.default_clustering)
        self.session.set_run(self.run)
        self.show(objects if labels is None else labels)
        self.layers = PromptLayers(self.session)
        self.prompter = Prompter(self.session, self.layers)
        self.said = []
        self.prompter.said.connect(self.said.append)
        self.layers.changed.connect(self.prompter.update)

    def show(self, labels):
        self.session.set_labels(self.run, show_labels(self.session, self.run, labels.copy(), {}))

    @property
    def labels(self):
        return self.run.labels_layer.data

    @property
    def boxes(self):
        return self.layers.open(self.run, BOXES)

    @property
    def clicks(self):
        return self.layers.open(self.run, CLICKS)

    def draw(self, low, high):
        *front, y0, x0 = low
        y1, x1 = high[-2:]
        corners = [(*front, y, x) for y, x in ((y0, x0), (y0, x1), (y1, x1), (y1, x0))]
        self.boxes.add(np.array(corners, float), shape_type="rectangle")
        QApplication.processEvents()

    def click(self, *position):
        self.clicks.add(np.array(position, float))
        QApplication.processEvents()

    def move(self, row, by):
        self.boxes.data = [
            data + np.array(by) * (at == row) for at, data in enumerate(self.boxes.data)
        ]
        QApplication.processEvents()

    def remove(self, row, layer=None):
        (layer or self.boxes).remove([row])
        QApplication.processEvents()

    def close(self):
        self.layers.close_down()
        self.session.disconnect_viewer()


@pytest.fixture
def bench(qapp):
    """Return a function that makes a bench; each is closed."""
    made = []

    def make(*args, **known):
        made.append(Bench(*args, **known))
        return made[-1]

    yield make
    for one in made:
        one.close()


def without(objects, *labels):
    return np.where(np.isin(objects, labels), 0, objects)


def test_a_box_around_a_missed_object_makes_it(bench, objects):
    one = bench(objects, labels=without(objects, 4))
    one.draw((38, 53), (52, 71))
    np.testing.assert_array_equal(one.labels == 4, objects == 4)
    assert one.said == ["Object 4: 150 px. Ctrl+Z: undo."]
    assert list(one.boxes.features["object"]) == [4]
    one.run.labels_layer.undo()
    np.testing.assert_array_equal(one.labels, without(objects, 4))
    one.run.labels_layer.redo()
    np.testing.assert_array_equal(one.labels == 4, objects == 4)


def test_a_box_joins_the_parts_of_an_object_and_a_smaller_one_gives_them_back(bench, objects):
    one = bench(objects)
    one.draw((9, 9), (31, 31))
    np.testing.assert_array_equal(one.labels == 5, np.isin(objects, (1, 3)))
    one.boxes.data = [np.array([(9, 9), (9, 12), (31, 12), (31, 9)])]
    QApplication.processEvents()
    np.testing.assert_array_equal(one.labels[10:30, 10:13], 5)
    np.testing.assert_array_equal(one.labels == 3, objects == 3)


def test_a_box_that_is_moved_takes_its_object_along(bench, objects):
    one = bench(objects)
    one.draw((38, 53), (52, 71))
    one.move(0, (-30, -22))
    np.testing.assert_array_equal(one.labels == 4, objects == 4)
    covered = np.zeros(objects.shape, bool)
    covered[8:23, 31:50] = True
    np.testing.assert_array_equal(one.labels == 5, (objects == 2) & covered)
    one.remove(0)
    np.testing.assert_array_equal(one.labels, objects)
    assert one.said[-1] == "1 object removed."


def test_a_click_makes_the_object_under_it(bench, objects):
    one = bench(objects, labels=without(objects, 2))
    one.click(20, 40)
    np.testing.assert_array_equal(one.labels == 5, objects == 2)
    one.remove(0, one.clicks)
    np.testing.assert_array_equal(one.labels, without(objects, 2))


def test_kept_objects_lose_nothing(bench, objects):
    merged = np.where(objects == 2, 1, objects)
    merged[:, 45:] = without(objects, 2)[:, 45:]
    one = bench(objects, labels=merged)
    one.prompter.set_options(1.0, keep=True)
    one.draw((8, 30), (32, 52))
    np.testing.assert_array_equal(one.labels == 5, (objects == 2) & (merged == 0))
    one.prompter.set_options(1.0, keep=False)
    np.testing.assert_array_equal(one.labels == 5, objects == 2)


def test_options_make_everything_anew_in_one_step(bench, objects):
    one = bench(objects, labels=np.zeros_like(objects), alike=None)
    one.draw((8, 8), (32, 14))
    one.click(20, 24)
    before = one.labels.copy()
    np.testing.assert_array_equal(before == 2, objects == 3)
    one.prompter.set_options(40.0, keep=False)
    np.testing.assert_array_equal(one.labels > 0, np.isin(objects, (1, 3)))
    assert (one.labels != before).any()
    one.run.labels_layer.undo()
    np.testing.assert_array_equal(one.labels, before)


def test_copies_and_new_labels_get_labels_of_their_own(bench, objects):
    one = bench(objects, labels=np.zeros_like(objects))
    one.click(45, 60)
    one.clicks.data = np.array([(45.0, 60.0), (20.0, 40.0)])
    one.clicks.features = {"object": [1, 1]}
    one.prompter.update()
    assert list(one.clicks.features["object"]) == [1, 2]
    np.testing.assert_array_equal(one.labels == 2, objects == 2)


def test_objects_come_back_over_labels_that_are_computed_anew(bench, objects):
    one = bench(objects, labels=without(objects, 4))
    one.draw((38, 53), (52, 71))
    layer = one.run.labels_layer
    assert one.session.is_edited(layer)
    assert not one.session.is_edited_by_hand(layer)
    anew = np.where(without(objects, 4) > 0, 8, 0).astype(np.int32)
    one.show(anew)
    assert one.run.labels_layer is layer
    one.prompter.update()
    np.testing.assert_array_equal(one.labels == 9, objects == 4)
    assert list(one.boxes.features["object"]) == [9]
    for _ in range(2):
        one.run.labels_layer.undo()
        np.testing.assert_array_equal(one.labels, anew)


def test_a_change_by_hand_survives_the_next_box(bench, objects):
    one = bench(objects, labels=without(objects, 4))
    one.draw((38, 53), (52, 71))
    one.run.labels_layer.data_setitem((np.array([45]), np.array([60])), 0)
    assert one.session.is_edited_by_hand(one.run.labels_layer)
    one.draw((8, 30), (32, 52))
    assert one.labels[45, 60] == 0


def test_without_labels_the_objects_have_a_layer_of_their_own(bench, objects):
    one = bench(objects)
    one.viewer.layers.remove(one.run.labels_layer)
    one.prompter.update()
    assert one.run.labels_layer is None
    one.click(45, 60)
    np.testing.assert_array_equal(one.labels, np.where(objects == 4, 1, 0))


def test_what_cannot_be_used_is_said_and_the_rest_is_done(bench, objects):
    one = bench(objects, labels=without(objects, 4))
    one.boxes.add(
        [np.array([(1, 1), (5, 5)]), np.array([(38, 53), (38, 71), (52, 71), (52, 53)])],
        shape_type=["line", "rectangle"],
    )
    QApplication.processEvents()
    np.testing.assert_array_equal(one.labels == 4, objects == 4)
    assert one.said == ["A line holds no pixels; draw a box."]
    assert list(one.boxes.features["object"]) == [0, 4]
    one.click(-4, 3)
    assert "outside of the image along y" in one.said[-1]


@pytest.mark.parametrize("axes", ["tyx", "zyx"])
def test_in_a_stack_the_object_is_in_the_slice(bench, objects, axes):
    scale = (2.0, 0.5, 0.25) if axes == "zyx" else (0.5, 0.25)
    stack = np.stack([objects, objects])
    one = bench(
        stack, axes, labels=np.zeros_like(stack), scale=scale, translate=(3.0,) * len(scale)
    )
    one.draw((1, 38, 53), (1, 52, 71))
    assert not one.labels[0].any()
    np.testing.assert_array_equal(one.labels[1] == 1, objects == 4)
    at = (1, 45, 60)
    np.testing.assert_allclose(one.boxes.data_to_world(at), one.run.image_layer.data_to_world(at))
    one.boxes.data = [one.boxes.data[0] - [1, 0, 0]]
    QApplication.processEvents()
    assert not one.labels[1].any()
    np.testing.assert_array_equal(one.labels[0] == 1, objects == 4)


def test_a_box_in_a_slice_of_a_volume_makes_the_whole_object(bench, objects):
    volume = np.stack([0 * objects, objects, objects, 0 * objects])
    one = bench(volume, "zyx", labels=np.zeros_like(volume), ndim=3)
    one.draw((2, 38, 53), (2, 52, 71))
    np.testing.assert_array_equal(one.labels == 1, volume == 4)


def test_labels_of_another_shape_are_refused(bench, objects):
    one = bench(objects)
    one.layers.changed.disconnect()
    one.click(45, 60)
    one.run.labels_layer.data = objects[:30]
    with pytest.raises(InputError, match="cannot be edited"):
        one.prompter.update()
