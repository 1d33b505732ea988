import json
import tempfile
from pathlib import Path

import numpy as np
import pytest
import zarr
from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.errors import OutputError
from napari_shift_unet.images import (
    read_ome_zarr,
    write_array_zarr,
    write_labels_ome_zarr,
)

SIZES = st.floats(1e-3, 1e3)
MICROMETERS = [{"name": a, "type": "space", "unit": "micrometer"} for a in "zyx"]


def _steps(scale, translation=None):
    steps = [{"type": "scale", "scale": list(scale)}]
    if translation is not None:
        steps.append({"type": "translation", "translation": list(translation)})
    return steps


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_images_of_both_versions(write_image, tmp_path, version, rng):
    pixels = rng.integers(0, 999, (2, 3, 40, 50), np.uint16)
    axes = [{"name": "c", "type": "channel"}, *MICROMETERS]
    datasets = [
        {"path": "0", "coordinateTransformations": _steps((1, 2.0, 0.5, 0.25), (0, 1, 2, 3))},
        {"path": "1", "coordinateTransformations": _steps((1, 2.0, 1.0, 0.5))},
    ]
    path = write_image(
        tmp_path / "cells.ome.zarr", [pixels, pixels[..., ::2, ::2]], axes, datasets, version
    )
    image = read_ome_zarr(path)
    assert (image.axes, image.name, image.source) == ("czyx", "cells", str(path))
    assert image.scale == (2.0, 0.5, 0.25)
    assert image.translate == (1.0, 2.0, 3.0)
    assert image.units == ("micrometer",) * 3
    assert isinstance(image.data, zarr.Array)
    np.testing.assert_array_equal(image.data[...], pixels)
    assert [level.shape for level in image.levels] == [(2, 3, 20, 25)]


def test_units_are_converted_and_transformations_follow_each_other(write_image, tmp_path):
    axes = [
        {"name": "t", "type": "time", "unit": "second"},
        {"name": "Y", "type": "space", "unit": "nanometer"},
        {"name": "X", "type": "space"},
    ]
    datasets = [{"path": "0", "coordinateTransformations": _steps((1, 100, 3), (0, 10, 2))}]
    extra = {"coordinateTransformations": [*_steps((0.1, 5, 2), (0, 500, 1)), {"type": "identity"}]}
    image = read_ome_zarr(
        write_image(tmp_path / "a.zarr", [np.zeros((2, 9, 9))], axes, datasets, extra=extra)
    )
    assert image.axes == "tyx"
    assert image.scale == pytest.approx((0.5, 6.0))
    assert image.translate == pytest.approx(((10 * 5 + 500) / 1000, 2 * 2 + 1))
    assert image.units == ("micrometer", "pixel")


@st.composite
def _labels(draw):
    axes = draw(st.sampled_from(["yx", "zyx", "tyx", "tzyx"]))
    dtype = draw(st.sampled_from([np.uint8, np.int32, np.int64]))
    highest = min(draw(st.sampled_from([200, 65_535, 65_536, 2**32 - 1])), np.iinfo(dtype).max)
    shape = [draw(st.integers(1, 6)) for _ in axes]
    labels = np.random.default_rng(draw(st.integers(0, 99))).integers(0, highest, shape, dtype)
    labels.flat[-1] = highest
    return axes, labels


@given(case=_labels(), data=st.data(), unit=st.sampled_from(["pixel", "micrometer"]))
def test_labels_come_back_with_axes_scale_units_and_place(case, data, unit):
    axes, labels = case
    space = [letter for letter in axes if letter in "zyx"]
    scale = tuple(data.draw(SIZES) for _ in space)
    place = tuple(data.draw(st.floats(-1e3, 1e3)) for _ in space)
    units = (unit,) * len(space)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.ome.zarr"
        write_labels_ome_zarr(path, labels, scale, units, place, axes)
        image = read_ome_zarr(path)
        stored = image.data[...]
    assert (image.axes, image.name, image.units) == (axes, "a", units)
    assert (image.scale, image.translate) == (scale, place)
    assert stored.dtype == (np.uint16 if labels.max() <= 65_535 else np.uint32)
    np.testing.assert_array_equal(stored, labels)


def test_labels_are_an_image_label_of_version_0_5(tmp_path):
    write_labels_ome_zarr(
        tmp_path / "a.zarr", np.ones((3, 4), int), (0.5, 0.5), ("micrometer",) * 2
    )
    metadata = json.loads((tmp_path / "a.zarr" / "zarr.json").read_text())
    assert metadata["zarr_format"] == 3
    ome = metadata["attributes"]["ome"]
    assert ome["version"] == "0.5"
    assert "image-label" in ome
    (entry,) = ome["multiscales"]
    assert entry["axes"] == [{"name": a, "type": "space", "unit": "micrometer"} for a in "yx"]
    assert entry["datasets"][0] == {
        "path": "0",
        "coordinateTransformations": _steps((0.5, 0.5), (0.0, 0.0)),
    }
    array = json.loads((tmp_path / "a.zarr" / "0" / "zarr.json").read_text())
    assert array["dimension_names"] == ["y", "x"]


def test_large_labels_have_coarser_levels(tmp_path, monkeypatch, lazy, rng):
    monkeypatch.setattr("napari_shift_unet.images.pyramid._SMALLEST_LEVEL", 20)
    monkeypatch.setattr("napari_shift_unet.images.arrays.BLOCK_PIXELS", 600)
    labels = rng.integers(0, 99, (2, 71, 33))
    source = lazy(labels, limit=2 * 71 * 33)
    write_labels_ome_zarr(tmp_path / "a.zarr", source, (1.0, 0.5, 0.25))
    image = read_ome_zarr(tmp_path / "a.zarr")
    steps = [1, 2, 4]
    for level, step in zip(image.pyramid, steps, strict=True):
        np.testing.assert_array_equal(level[...], labels[:, ::step, ::step])
    ome = zarr.open_group(tmp_path / "a.zarr", mode="r").attrs["ome"]
    scales = [
        dataset["coordinateTransformations"][0]["scale"]
        for dataset in ome["multiscales"][0]["datasets"]
    ]
    assert scales == [[1.0, 0.5 * step, 0.25 * step] for step in steps]


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_an_embedding_is_one_array_with_names(tmp_path, dtype, rng):
    embedding = rng.normal(size=(5, 60, 70))
    write_array_zarr(
        tmp_path / "e.zarr",
        embedding,
        "cyx",
        (0.5, 0.25),
        ("micrometer",) * 2,
        (1.0, 2.0),
        dtype,
        {"model": "nuclei-2d"},
    )
    array = zarr.open_array(tmp_path / "e.zarr", mode="r")
    assert array.dtype == dtype
    assert array.metadata.dimension_names == ("c", "y", "x")
    assert array.attrs["model"] == "nuclei-2d"
    np.testing.assert_array_equal(array[...], embedding.astype(dtype))
    image = read_ome_zarr(tmp_path / "e.zarr")
    assert (image.axes, image.scale) == ("cyx", (0.5, 0.25))
    assert (image.units, image.translate) == (("micrometer",) * 2, (1.0, 2.0))


@pytest.mark.parametrize(
    ("shape", "axes", "chunks"),
    [
        ((5, 600, 700), "cyx", (5, 512, 512)),
        ((3, 20, 300, 300), "czyx", (3, 16, 256, 256)),
        ((4, 2, 30, 30), "tcyx", (1, 2, 30, 30)),
    ],
)
def test_chunks(tmp_path, shape, axes, chunks):
    write_array_zarr(tmp_path / "e.zarr", np.zeros(shape, np.float16), axes, dtype="float16")
    assert zarr.open_array(tmp_path / "e.zarr", mode="r").chunks == chunks


def test_arrays_of_other_programs(tmp_path):
    zarr.create_array(tmp_path / "a.zarr", data=np.ones((9, 30, 30)), zarr_format=2)
    assert read_ome_zarr(tmp_path / "a.zarr").axes == "zyx"
    zarr.create_array(
        tmp_path / "b.zarr", data=np.ones((9, 30, 30)), dimension_names=("t", "y", "x")
    )
    assert read_ome_zarr(tmp_path / "b.zarr").axes == "tyx"


@pytest.mark.parametrize("write", [write_labels_ome_zarr, write_array_zarr])
def test_a_target_that_cannot_be_written(tmp_path, write):
    with pytest.raises(OutputError, match="there is no folder"):
        write(tmp_path / "no" / "a.zarr", np.ones((3, 4), int), axes="yx")


def test_a_full_disk_leaves_the_old_labels(tmp_path, monkeypatch):
    write_labels_ome_zarr(tmp_path / "a.zarr", np.full((3, 4), 5))

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("napari_shift_unet.images.ome_zarr.copy_box", fail)
    with pytest.raises(OutputError, match="the disk is full"):
        write_labels_ome_zarr(tmp_path / "a.zarr", np.full((3, 4), 6))
    assert [path.name for path in tmp_path.iterdir()] == ["a.zarr"]
    assert (read_ome_zarr(tmp_path / "a.zarr").data[...] == 5).all()
