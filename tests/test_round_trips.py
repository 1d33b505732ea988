"""Labels that went through a file are the same labels at the same place."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from napari_shift_unet.images import (
    Image,
    read_image,
    sample_image,
    write_labels_ome_zarr,
    write_labels_tiff,
)
from napari_shift_unet.results import Results, read_results, write_parts

WRITERS = {
    "a.tif": write_labels_tiff,
    "a.ome.tif": write_labels_tiff,
    "a.zarr": write_labels_ome_zarr,
}
LARGEST = (3, 255, 65_535, 65_536, 2**31, 2**32 - 1)
SIZES = st.floats(0.01, 100.0)
PLACES = st.floats(-1000.0, 1000.0)


@st.composite
def placed_labels(draw):
    """Labels of any type that files keep, with axes, pixel size, unit and place."""
    axes = draw(st.sampled_from(("yx", "zyx", "tyx", "tzyx")))
    shape = draw(
        arrays.array_shapes(min_dims=len(axes), max_dims=len(axes), min_side=2, max_side=7)
    )
    largest = draw(st.sampled_from(LARGEST))
    dtypes = ("int64", "uint64") if largest > 2**31 - 1 else ("int32", "int64", "uint32")
    labels = draw(arrays.arrays(np.int64, shape, elements=st.integers(0, largest)))
    labels.flat[0] = largest
    space = sum(letter in "zyx" for letter in axes)
    unit = draw(st.sampled_from(("pixel", "micrometer")))
    return Image(
        labels.astype(draw(st.sampled_from(dtypes))),
        axes,
        tuple(draw(st.lists(SIZES, min_size=space, max_size=space))),
        (unit,) * space,
        tuple(draw(st.lists(PLACES, min_size=space, max_size=space))),
    )


def _check_same(found: Image, labels: Image) -> None:
    np.testing.assert_array_equal(found.data[...], labels.data)
    assert np.dtype(found.data.dtype).kind == "u"
    assert (found.axes, found.units) == (labels.axes, labels.units)
    np.testing.assert_allclose(found.scale, labels.scale, rtol=1e-6)
    np.testing.assert_allclose(found.translate, labels.translate, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", WRITERS)
@settings(max_examples=15)
@given(labels=placed_labels())
def test_labels_come_back_from_every_format(name, labels):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        WRITERS[name](path, labels.data, labels.scale, labels.units, labels.translate, labels.axes)
        _check_same(read_image(path), labels)


@pytest.mark.parametrize("labels_format", ["tiff", "ome-zarr"])
@settings(max_examples=8)
@given(labels=placed_labels())
def test_labels_come_back_from_folders_of_results(labels_format, labels):
    with tempfile.TemporaryDirectory() as folder:
        write_parts(folder, Results(labels, None, {}), labels_format=labels_format)
        _check_same(read_results(folder).labels, labels)


def test_one_and_two_threads_give_the_same_labels():
    from napari_shift_unet.segmentation import segment

    pixels = np.asarray(sample_image("nuclei-small")[0].data)[:96, :112]
    before, found = torch.get_num_threads(), []
    try:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            found.append(segment(pixels, device="cpu"))
    finally:
        torch.set_num_threads(before)
    assert found[0].labels.max() > 0
    np.testing.assert_array_equal(found[0].labels, found[1].labels)
    assert found[0].objects.equals(found[1].objects)
