import numpy as np
import pytest
from napari.components import ViewerModel

from known_embedding import known_embedding
from napari_shift_unet.errors import InputError
from napari_shift_unet.gui.segment.pick_layers import SIMILARITY, PickLayers
from napari_shift_unet.gui.segment.picker import Picker
from napari_shift_unet.gui.segment.result_layers import show_labels
from napari_shift_unet.gui.segment.session import Run, Session


@pytest.fixture
def open_picker(qapp):
    """Return a function that gives a picker and the run it picks from, in a viewer of no window."""

    def open_one(objects, axes="yx", labels=None, **known):
        embedded = known_embedding(objects, axes, alike={3: 1}, **known)
        image = embedded.selection.image
        viewer = ViewerModel()
        layer = viewer.add_image(
            image.data,
            name="cells",
            axis_labels=tuple(axes),
            scale=image.scale_along(axes),
            translate=image.translate_along(axes),
        )
        session = Session(viewer)
        run = Run(layer, embedded, embedded.default_clustering)
        session.set_run(run)
        shown = show_labels(session, run, objects if labels is None else labels, {})
        session.set_labels(run, shown)
        picker = Picker(session)
        picker.set_kernel(2.0, 0.5)
        return picker, run, session

    return open_one


def test_a_missed_object_is_made_and_one_joined_to_it(open_picker, objects):
    picker, run, _ = open_picker(objects, labels=np.where(np.isin(objects, (2, 4)), 0, objects))
    picker.pick((45, 60))
    assert picker.target == 0
    picker.add((20, 40))
    np.testing.assert_array_equal(run.labels_layer.data == 4, np.isin(objects, (2, 4)))


def test_a_region_splits_objects_that_were_merged(open_picker, objects):
    picker, run, _ = open_picker(objects, labels=np.where(objects == 2, 1, objects))
    picker.pick((20, 40))
    picker.make_object()
    assert picker.target == 5
    np.testing.assert_array_equal(run.labels_layer.data == 5, objects == 2)
    np.testing.assert_array_equal(run.labels_layer.data == 1, objects == 1)
    run.labels_layer.undo()
    np.testing.assert_array_equal(run.labels_layer.data == 1, np.isin(objects, (1, 2)))


def test_cutting_where_two_objects_are_merged_removes_one(open_picker, objects):
    picker, run, _ = open_picker(objects, labels=np.where(objects == 2, 1, objects))
    picker.cut((20, 40))
    np.testing.assert_array_equal(run.labels_layer.data, np.where(objects == 2, 0, objects))


def test_an_edit_that_changes_nothing_is_no_step_of_undo(open_picker, objects):
    picker, run, _ = open_picker(objects)
    heard = []
    picker.edited.connect(lambda: heard.append(1))
    picker.pick((45, 60))
    picker.make_object()
    assert not heard
    picker.cut((45, 60))
    assert heard == [1]
    run.labels_layer.undo()
    np.testing.assert_array_equal(run.labels_layer.data, objects)


@pytest.mark.parametrize("axes", ["tyx", "zyx"])
def test_in_a_stack_one_slice_is_picked(open_picker, objects, axes):
    stack = np.stack([objects, objects])
    scale = (2.0, 0.5, 0.25) if axes == "zyx" else (0.5, 0.25)
    picker, run, session = open_picker(stack, axes, scale=scale)
    at = run.image_layer.data_to_world((1, 20, 14))
    picker.pick(at)
    assert picker.spot.plane == (1,)
    picker.make_object()
    np.testing.assert_array_equal(run.labels_layer.data[0], objects)
    np.testing.assert_array_equal(run.labels_layer.data[1] == 1, np.isin(objects, (1, 3)))
    PickLayers(session).show(run, picker.spot, picker.similarity, picker.region)
    shown = session.result(run.image_layer, SIMILARITY)
    assert shown.data.shape == (1, *objects.shape)
    np.testing.assert_allclose(shown.data_to_world((0, 20, 14)), at)


def test_an_object_is_not_added_to_one_of_another_slice(open_picker, objects):
    picker, run, _ = open_picker(np.stack([objects, objects]), "tyx")
    picker.pick((0, 20, 14))
    with pytest.raises(InputError, match="another slice"):
        picker.add((1, 20, 40))
    np.testing.assert_array_equal(run.labels_layer.data, np.stack([objects, objects]))


def test_a_volume_of_a_3d_network_is_picked_as_a_whole(open_picker, objects):
    volume = np.stack([objects] * 4)
    picker, run, _ = open_picker(volume, "zyx", ndim=3)
    picker.pick((2, 20, 14))
    picker.make_object()
    np.testing.assert_array_equal(run.labels_layer.data == 1, np.isin(volume, (1, 3)))


def test_a_large_image_is_compared_around_the_pixel(open_picker, objects, monkeypatch):
    monkeypatch.setattr("napari_shift_unet.gui.segment.spot.BOX_PX", 40 * 40)
    picker, run, session = open_picker(objects, scale=(2.0, 2.0), translate=(5.0, 7.0))
    at = run.image_layer.data_to_world((45, 60))
    picker.pick(at)
    assert picker.similarity.shape == (40, 40)
    np.testing.assert_array_equal(picker.region, (objects == 4)[20:, 40:])
    PickLayers(session).show(run, picker.spot, picker.similarity, picker.region)
    shown = session.result(run.image_layer, "region")
    np.testing.assert_allclose(shown.data_to_world(picker.spot.local), at)
    picker.cut(at)
    np.testing.assert_array_equal(run.labels_layer.data, np.where(objects == 4, 0, objects))


def test_outside_of_the_image_there_is_nothing_to_pick(open_picker, objects):
    picker, *_ = open_picker(objects)
    for outside in ((-1, 5), (60, 5), (5, -0.6), (5, 80)):
        assert picker.pick(outside) is False
    assert picker.spot is None
    with pytest.raises(InputError, match="No pixel is picked"):
        picker.make_object()


def test_labels_of_another_shape_are_refused(open_picker, objects):
    picker, run, _ = open_picker(objects)
    picker.pick((45, 60))
    run.labels_layer.data = objects[:30]
    with pytest.raises(InputError, match="cannot be edited by picking"):
        picker.make_object()
