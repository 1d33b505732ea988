import numpy as np
import pytest

from napari_shift_unet.errors import InputError
from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.training import Sample
from napari_shift_unet.training.dataset import check_samples


def test_objects_are_positions_in_order_of_their_ids() -> None:
    labels = np.array([[70_000, 0, 3], [3, -1, 70_000]])
    objects = Sample("a", np.zeros((1, 2, 3), np.float32), labels).objects
    assert [pixels.tolist() for pixels in objects] == [[2, 3], [0, 5]]
    assert Sample("b", np.zeros((1, 2, 3), np.float32), labels * 0).objects == []


def test_the_network_must_be_able_to_read_the_samples() -> None:
    plane = Sample("plane", np.zeros((2, 4, 5), np.float32), np.zeros((4, 5), np.int32))
    check_samples([plane], UNetSpec(in_channels=2))
    with pytest.raises(InputError, match=r"plane has 2 channels.* reads 1\. Set spec.in_channels"):
        check_samples([plane], UNetSpec())
    with pytest.raises(InputError, match="plane is 2D; the network is 3D"):
        check_samples([plane], UNetSpec(ndim=3, in_channels=2, embedding_dims=3))
