import numpy as np
import pytest

from napari_shift_unet.errors import InputError
from napari_shift_unet.seams.splitting import split_by_embedding


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
