import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from skimage.measure import regionprops_table

from napari_shift_unet.embeddings import measure_objects
from napari_shift_unet.errors import InputError

some_labels = array_shapes(min_dims=2, max_dims=3, max_side=8).flatmap(
    lambda shape: arrays(np.int32, shape, elements=st.sampled_from([0, 0, 1, 2, 5, 70_000]))
)


def test_a_plane_by_hand():
    labels = np.zeros((5, 6), np.int32)
    labels[1:3, 2:5] = 4
    labels[4, 0] = 9
    intensity = np.arange(30, dtype=np.uint8).reshape(5, 6)
    table = measure_objects(labels, intensity, (0.5, 0.25), ("micrometer", "micrometer"))
    wanted = {
        "index": [4, 9],
        "area_px": [6, 1],
        "centroid_y_px": [1.5, 4.0],
        "centroid_x_px": [3.0, 0.0],
        "bbox_y_min_px": [1, 4],
        "bbox_y_max_px": [3, 5],
        "bbox_x_min_px": [2, 0],
        "bbox_x_max_px": [5, 1],
        "mean_intensity": [12.0, 24.0],
        "max_intensity": [16, 24],
        "area_um2": [0.75, 0.125],
        "centroid_y_um": [0.75, 2.0],
        "centroid_x_um": [0.75, 0.0],
    }
    pd.testing.assert_frame_equal(table, pd.DataFrame(wanted), check_dtype=False)


def test_an_anisotropic_volume_by_hand():
    labels = np.zeros((4, 4, 4), np.uint16)
    labels[1:3, 0, 2:4] = 1
    table = measure_objects(labels, scale=(2.0, 0.5, 0.25), units=("um", "um", "um")).iloc[0]
    assert table["volume_px"] == 4
    assert table["volume_um3"] == 1.0
    assert tuple(table[[f"centroid_{a}_px" for a in "zyx"]]) == (1.5, 0.0, 2.5)
    assert tuple(table[[f"centroid_{a}_um" for a in "zyx"]]) == (3.0, 0.0, 0.625)


def test_nanometers_become_micrometers():
    table = measure_objects(np.ones((2, 2), int), scale=(500, 500), units=("nanometer", "nm"))
    assert table["area_um2"].tolist() == [1.0]


def test_axes_without_a_length_have_no_physical_columns():
    labels = np.ones((2, 3, 3), np.int32)
    frames = measure_objects(labels, scale=(1, 0.5, 0.5), units=("pixel", "um", "um"), axes="tyx")
    assert frames["area_um2"].tolist() == [18 * 0.25]
    assert "centroid_t_px" in frames
    assert "centroid_t_um" not in frames
    pixels = measure_objects(labels, scale=(1, 1, 1), units=("pixel",) * 3)
    assert not [name for name in pixels if "um" in name.split("_")[-1]]


@given(some_labels)
def test_numbers_are_those_of_scikit_image(labels):
    intensity = np.random.default_rng(0).normal(-3, 1, labels.shape).astype(np.float32)
    table = measure_objects(labels, intensity)
    letters = "zyx"[-labels.ndim :]
    names = {"label": "index", "num_pixels": "area_px" if labels.ndim == 2 else "volume_px"}
    names |= {"intensity_mean": "mean_intensity", "intensity_max": "max_intensity"}
    for i, a in enumerate(letters):
        names |= {f"centroid-{i}": f"centroid_{a}_px", f"bbox-{i}": f"bbox_{a}_min_px"}
        names[f"bbox-{i + labels.ndim}"] = f"bbox_{a}_max_px"
    properties = ["label", "num_pixels", "centroid", "bbox", "intensity_mean", "intensity_max"]
    found = regionprops_table(labels, intensity, properties=properties)
    assert set(table) == set(names.values())
    for theirs, ours in names.items():
        np.testing.assert_allclose(table[ours], found[theirs], rtol=1e-5)


@pytest.mark.parametrize("shape", [(3, 4), (2, 3, 4)])
def test_no_objects_give_an_empty_table_with_all_columns(shape):
    one = np.zeros(shape, np.int32)
    one.flat[3] = 1
    pixel_size = {"scale": (0.5,) * len(shape), "units": ("um",) * len(shape)}
    full = measure_objects(one, one.astype(float), **pixel_size)
    empty = measure_objects(np.zeros(shape, np.int32), one.astype(float), **pixel_size)
    assert len(empty) == 0
    assert list(empty) == list(full)


def test_an_image_of_another_size():
    with pytest.raises(InputError, match="that was segmented"):
        measure_objects.__wrapped__(np.ones((3, 4), int), np.ones((3, 5)))
