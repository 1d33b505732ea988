import numpy as np
import pytest

from napari_shift_unet.errors import InputError
from napari_shift_unet.seams import audit
from napari_shift_unet.seams.frames import LabelStack
from napari_shift_unet.seams.splitting import split_by_embedding, split_pair


def _embedded(shape=(2, 20, 30)):
    inside = np.zeros(shape[1:], bool)
    inside[4:16, 5:25] = True
    return np.zeros(shape, np.float32), inside


def test_two_groups_become_two_parts_the_larger_first():
    points, inside = _embedded()
    points[0, :, 18:] = 3
    points[1, 10, 8] = 9  # a stray pixel
    parts = split_by_embedding(points, inside)
    assert (parts[inside] > 0).all()
    assert not parts[~inside].any()
    assert set(parts[4:16, 5:18].ravel()) == {1}
    assert set(parts[4:16, 18:25].ravel()) == {2}


def test_an_object_of_one_kind_is_not_split():
    points, inside = _embedded()
    points[0, 4, 5] = 1
    with pytest.raises(InputError, match="one object"):
        split_by_embedding(points, inside)
    with pytest.raises(InputError, match="one object"):
        split_by_embedding(np.zeros_like(points), inside)


def test_a_pair_is_parted_anew_whether_it_was_merged_or_cut():
    labels = np.zeros((3, 40, 60), np.int32)
    labels[1, 10:20, 10:50] = 5
    labels[1, 10:20, 30:50] = 2
    labels[2, 10:20, 10:50] = 5  # the same numbers in another frame
    points = np.zeros((1, 3, 40, 60), np.float32)
    points[0, :, :, 24:] = 4
    audited = audit(labels, tile=(30,), axes="tyx")
    pair = next(pair for pair in audited.pairs if pair.centre[0] == 1)
    split = split_pair(audited.stack, points, pair, (5, 2))
    expected = np.where(labels[1] > 0, np.where(np.arange(60) < 24, 5, 2), 0)
    new = labels.copy()
    new[split.where] = split.labels
    np.testing.assert_array_equal(new[1], expected)
    np.testing.assert_array_equal(new[2], labels[2])
    p, q = map(tuple, split.apart)
    assert labels[p] == labels[q]
    assert new[p] != new[q]
    with pytest.raises(InputError, match="keep"):
        split_pair(LabelStack(new, "tyx"), points, pair, (5, 2))
    new[1][new[1] == 2] = 5
    split = split_pair(LabelStack(new, "tyx"), points, pair, (5, 5))
    new[split.where] = split.labels
    assert set(np.unique(new[1])) == {0, 5, 6}
