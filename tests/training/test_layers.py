"""Layers as samples: what counts as annotated, what is held out, what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from napari_shift_unet.errors import InputError
from napari_shift_unet.images import Image, select
from napari_shift_unet.training import Sample
from napari_shift_unet.training.annotation import annotated_mask
from napari_shift_unet.training.dataset import SURROUNDINGS_PX, trim
from napari_shift_unet.training.holding_out import hold_out
from napari_shift_unet.training.layers import read_layers


def _ramp(*shape):
    return np.arange(np.prod(shape), dtype=np.float32).reshape(shape)


def _squares(*corners, shape=(40, 90), side=6):
    labels = np.zeros(shape, np.int32)
    for number, (y, x) in enumerate(corners, 1):
        labels[y : y + side, x : x + side] = number
    return labels


def _sample(labels, name="cells"):
    return Sample(name, np.zeros((1, *labels.shape), np.float32), labels.astype(np.int64))


def test_a_plane_becomes_a_sample_normalised_as_a_whole():
    labels = _squares((3, 4), (20, 60))
    (sample,) = read_layers(select(Image(_ramp(40, 90), "yx"), 2), labels, None, (0, 100))
    assert (sample.image.min(), sample.image.max()) == (0, 1)
    np.testing.assert_array_equal(sample.labels, labels)


def test_planes_of_a_stack_are_samples_of_one_scale():
    image = Image(_ramp(2, 3, 40, 90), "tzyx", name="stack")
    labels = np.zeros((2, 3, 40, 90), np.int32)
    labels[1, 2, :5, :5] = 7
    labels[0, 1, :5, :5] = 7
    found = read_layers(select(image, 2), labels, annotated_mask(labels, "planes"), (0, 100))
    assert [sample.name for sample in found] == ["stack, t 0, z 1", "stack, t 1, z 2"]
    assert found[0].image.max() < found[1].image.max() == 1
    (volume, _) = read_layers(select(image, 3), labels, None, (0, 100))
    assert volume.labels.shape == (3, 40, 90)
    with_all = read_layers(select(image, 2), labels, None, (0, 100))
    assert len(with_all) == 6, "background everywhere is annotation too"


def test_what_is_not_annotated_is_minus_one_and_the_rest_is_cut_off():
    labels = _squares((200, 300), shape=(500, 600), side=10)
    mask = np.zeros(labels.shape, bool)
    mask[190:220, 290:320] = True
    (sample,) = read_layers(select(Image(_ramp(500, 600), "yx"), 2), labels, mask, (0, 100))
    assert sample.labels.shape == (30 + 2 * SURROUNDINGS_PX,) * 2
    inner = sample.labels[(slice(SURROUNDINGS_PX, -SURROUNDINGS_PX),) * 2]
    np.testing.assert_array_equal(inner, labels[190:220, 290:320])
    assert (sample.labels >= 0).sum() == 900


def test_near_is_a_distance_within_the_plane():
    labels = np.zeros((2, 9, 9), np.int32)
    labels[0, 4, 4] = 1
    mask = annotated_mask(labels, "near", 2.0)
    assert mask[0].sum() == 13, "pixels within 2 px of one pixel"
    assert not mask[1].any()


@pytest.mark.parametrize(
    ("labels", "mask", "said"),
    [
        (np.ones((40, 80), np.int32), None, r"labels are \(40, 80\) px .* image is \(40, 90\) px"),
        (np.zeros((40, 90), np.int32), None, "hold no object. Paint"),
        (_squares((0, 0)), np.arange(90) > 50, "no object where the image is annotated"),
        (_squares((0, 0)) - 1, None, "negative numbers, down to -1"),
    ],
)
def test_labels_that_cannot_be_used(labels, mask, said):
    known = None if mask is None else np.broadcast_to(mask, (40, 90))
    with pytest.raises(InputError, match=said):
        read_layers(select(Image(_ramp(40, 90), "yx"), 2), labels, known, (0, 100))


@pytest.mark.parametrize(("count", "held"), [(2, 1), (4, 1), (9, 2)])
def test_of_several_images_the_last_quarter_validates(count, held):
    samples = [_sample(_squares((3, 4)), str(number)) for number in range(count)]
    split = hold_out(samples)
    assert split.train + split.validation == samples
    assert len(split.validation) == held
    assert split.said == f"{held} of {count} images validate"


def test_images_without_objects_train():
    empty, full = _sample(_squares()), [_sample(_squares((3, 4))) for _ in range(2)]
    split = hold_out([full[0], full[1], empty])
    assert (split.train, split.validation) == ([full[0], empty], [full[1]])


def test_a_single_image_is_divided_along_its_longest_axis():
    labels = _squares((3, 4), (3, 30), (20, 50), (30, 78))
    split = hold_out([_sample(labels)])
    (train,), (validation,) = split.train, split.validation
    assert split.said == "1 of 4 objects validate, those beyond x = 66 px"
    assert set(np.unique(train.labels)) == {-1, 0, 1, 2, 3}
    assert set(np.unique(validation.labels)) == {-1, 0, 4}


def test_one_object_trains_and_validates():
    sample = _sample(_squares((3, 4)))
    split = hold_out([sample])
    assert split.train == split.validation == [sample]
    assert "the same image" in split.said


@given(
    arrays(np.int64, st.tuples(st.integers(2, 9), st.integers(2, 9)), elements=st.integers(0, 4))
)
def test_objects_stay_whole_and_nothing_is_in_both_parts(labels):
    if not labels.any():
        return
    split = hold_out([_sample(labels)])
    (train,), (validation,) = split.train, split.validation
    if train is validation:
        return
    both = (train.labels >= 0) & (validation.labels >= 0)
    assert not both.any()
    np.testing.assert_array_equal(np.maximum(train.labels, validation.labels), labels)
    ids = [set(np.unique(part.labels[part.labels > 0])) for part in (train, validation)]
    assert all(ids)
    assert not ids[0] & ids[1]


@given(
    st.tuples(st.integers(0, 399), st.integers(0, 299)),
    st.tuples(st.integers(0, 399), st.integers(0, 299)),
)
def test_trimming_keeps_all_that_is_annotated(one, other):
    labels = np.full((400, 300), -1)
    labels[one], labels[other] = 1, 2
    found = trim(_sample(labels)).labels
    assert (found == labels.max()).sum() == (labels == labels.max()).sum()
    spread = [abs(a - b) for a, b in zip(one, other, strict=True)]
    limit = [d + 1 + 2 * SURROUNDINGS_PX for d in spread]
    assert all(n <= most for n, most in zip(found.shape, limit, strict=True))
