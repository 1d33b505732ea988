import numpy as np
import pytest

from napari_shift_unet.errors import InputError
from napari_shift_unet.images.labels import as_file_labels, label_dtype


@pytest.mark.parametrize(
    ("highest", "dtype", "expected"),
    [
        (1, bool, np.uint16),
        (255, np.uint8, np.uint16),
        (65_535, np.int32, np.uint16),
        (65_536, np.int32, np.uint32),
        (2**32 - 1, np.int64, np.uint32),
    ],
)
def test_the_smallest_type_that_holds_the_ids(highest, dtype, expected, lazy):
    labels = np.array([[0, highest]]).astype(dtype)
    assert label_dtype(lazy(labels)) == expected
    written = as_file_labels(labels)
    assert written.dtype == expected
    np.testing.assert_array_equal(written, labels)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.zeros((2, 2)), "integers are needed"),
        (np.array([[-1, 3]]), "run from -1 to 3"),
        (np.array([[0, 2**32]]), "Relabel"),
        (np.zeros((0, 2), int), "empty"),
    ],
)
def test_labels_that_files_cannot_keep(labels, message):
    with pytest.raises(InputError, match=message):
        label_dtype(labels)
