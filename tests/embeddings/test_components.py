import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy import ndimage
from skimage.measure import label as label_parts

from napari_shift_unet.embeddings.components import (
    absorb_small,
    draw_clusters,
    number_parts,
    relabel_in_raster_order,
    split_components,
)

few_labels = array_shapes(min_dims=2, max_dims=3, max_side=7).flatmap(
    lambda shape: arrays(np.int64, shape, elements=st.integers(0, 3))
)


def parts_one_by_one(labels):
    """Label by label, then renumbered pixel by pixel: slow and plain."""
    numbers, count = np.zeros(labels.shape, int), 0
    for label in np.unique(labels[labels != 0]):
        parts = label_parts(labels == label, connectivity=labels.ndim)
        numbers[parts > 0] = parts[parts > 0] + count
        count += parts.max()
    return renumbered_one_by_one(numbers)


def renumbered_one_by_one(labels):
    numbers = {0: 0}
    flat = [numbers.setdefault(label, len(numbers)) for label in labels.ravel().tolist()]
    return np.array(flat, int).reshape(labels.shape)


clouds = st.builds(
    lambda seed, shape, count, smooth: np.random.default_rng(seed).integers(
        0, count + 1, [n // smooth + 1 for n in shape]
    )[np.ix_(*(np.arange(n) // smooth for n in shape))],
    st.integers(0, 2**32 - 1),
    array_shapes(min_dims=1, max_dims=4, max_side=9) | array_shapes(min_dims=2, max_dims=3),
    st.integers(1, 4),
    st.integers(1, 3),
)


@given(labels=clouds, split=st.booleans(), min_size=st.integers(0, 12), listed=st.booleans())
def test_objects_of_a_list_are_those_of_the_image(labels, split, min_size, listed):
    expected = parts_one_by_one(labels) if split else labels
    expected = renumbered_one_by_one(absorb_small(expected, min_size))
    places = np.flatnonzero(labels) if listed else np.arange(labels.size)
    found = draw_clusters(places, labels.ravel()[places] - 1, labels.shape, split, min_size)
    np.testing.assert_array_equal(found, expected)
    assert found.dtype == np.int32


@given(clouds)
def test_parts_of_a_list_are_those_of_the_image(labels):
    inside = labels > 1
    expected = parts_one_by_one(inside.astype(int))
    np.testing.assert_array_equal(split_components(inside), expected)
    found = number_parts(np.flatnonzero(inside), inside.shape)
    np.testing.assert_array_equal(found, expected[inside])
    np.testing.assert_array_equal(split_components(labels), parts_one_by_one(labels))
    far = np.where(labels > 0, (labels - 2) * 10**12 + 1, 0)
    np.testing.assert_array_equal(split_components(far), parts_one_by_one(labels))


@pytest.mark.parametrize("turns", range(4))
def test_a_winding_part_is_one(turns):
    comb = np.zeros((41, 60), int)
    comb[::2], comb[1::4, -1], comb[3::4, 0] = 1, 1, 1
    assert (split_components(np.rot90(comb, turns)) == np.rot90(comb, turns)).all()
    comb[20:22] = 0
    assert split_components(np.rot90(comb, turns)).max() == 2


@given(few_labels)
def test_parts_are_the_connected_components_of_every_label(labels):
    parts = split_components(labels)
    np.testing.assert_array_equal(parts > 0, labels > 0)
    count = 0
    for label in range(1, 4):
        everywhere = np.ones((3,) * labels.ndim)
        reference, n = ndimage.label(labels == label, everywhere)
        count += n
        pairs = np.unique(np.stack([reference[labels == label], parts[labels == label]]), axis=1)
        assert pairs.shape[1] == n
    assert parts.max(initial=0) == count


@given(labels=few_labels, axis=st.integers(0, 3), mask=st.booleans(), turned=st.booleans())
def test_parts_are_numbered_in_raster_order(labels, axis, mask, turned):
    labels = labels.T if turned else labels
    if labels.ndim == 2:
        labels = np.expand_dims(labels, min(axis, 2))
    parts = split_components(labels > 1 if mask else labels)
    np.testing.assert_array_equal(parts, relabel_in_raster_order(parts))


def test_corners_connect():
    assert split_components(np.eye(4, dtype=int)).max() == 1
    assert split_components(np.eye(4, dtype=int)[::2]).max() == 2


@given(few_labels, st.permutations([1, 2, 3]), st.integers(1, 10**12))
def test_numbers_depend_on_places_alone(labels, permuted, factor):
    numbered = relabel_in_raster_order(labels)
    others = np.array([0, *permuted]) * factor
    np.testing.assert_array_equal(relabel_in_raster_order(others[labels]), numbered)
    np.testing.assert_array_equal(relabel_in_raster_order(numbered), numbered)
    assert numbered.dtype == np.int32
    seen = numbered[numbered > 0]
    first = [np.flatnonzero(seen == i)[0] for i in range(1, seen.max(initial=0) + 1)]
    assert first == sorted(first)
    np.testing.assert_array_equal(labels > 0, numbered > 0)


def test_a_piece_joins_the_object_with_most_shared_faces():
    labels = np.array([[1, 1, 1, 2, 2], [1, 1, 3, 2, 2], [1, 1, 3, 2, 2], [1, 1, 1, 2, 2]])
    absorbed = absorb_small(labels, min_size=3)
    wanted = np.where(labels == 3, 1, labels)  # 4 faces with 1, 2 with 2
    np.testing.assert_array_equal(absorbed, wanted)
    np.testing.assert_array_equal(labels == 3, labels == 3)


def test_of_equal_objects_the_lower_label_gets_the_piece():
    np.testing.assert_array_equal(absorb_small(np.array([[1, 1, 3, 2, 2]]), 2), [[1, 1, 1, 2, 2]])


def test_pieces_behind_pieces_follow():
    labels = np.array([[7, 7, 7, 2, 5, 0, 4]])
    np.testing.assert_array_equal(absorb_small(labels, 3), [[7, 7, 7, 7, 7, 0, 0]])


def test_a_lonely_piece_is_dropped_and_nothing_else():
    labels = np.array([[1, 1, 0, 2, 0, 3, 3]])
    np.testing.assert_array_equal(absorb_small(labels, 2), [[1, 1, 0, 0, 0, 3, 3]])


@pytest.mark.parametrize("min_size", [0, 1])
@given(labels=few_labels)
def test_everything_is_large_enough(labels, min_size):
    np.testing.assert_array_equal(absorb_small(labels, min_size), labels)


@given(few_labels, st.integers(2, 30))
def test_no_small_piece_is_left_and_no_large_object_is_cut(labels, min_size):
    absorbed = absorb_small(labels, min_size)
    sizes, before = (np.bincount(a.ravel(), minlength=4) for a in (absorbed, labels))
    assert not ((sizes[1:] > 0) & (sizes[1:] < min_size)).any()
    large = (before >= min_size) & (np.arange(4) > 0)
    kept = large[labels]
    np.testing.assert_array_equal(absorbed[kept], labels[kept])
    np.testing.assert_array_equal(absorbed[labels == 0], 0)
