import json

import numpy as np
import pytest
import tifffile
import zarr
from napari.components import ViewerModel
from napari.layers import Image, Labels

from napari_shift_unet.errors import InputError
from napari_shift_unet.gui.files.reading import get_reader
from napari_shift_unet.images import write_array_zarr, write_labels_ome_zarr, write_labels_tiff

PLUGIN = "napari-shift-unet"
PLACE = {"scale": (0.25, 0.5), "units": ("micrometer", "micrometer"), "translate": (3.0, 4.0)}


@pytest.fixture
def viewer(plugins) -> ViewerModel:
    """A viewer without a window."""
    return ViewerModel()


@pytest.fixture
def labels() -> np.ndarray:
    """Two objects."""
    array = np.zeros((20, 30), np.int32)
    array[2:6, 3:9] = 1
    array[10:14, 20:28] = 2
    return array


def assert_placed(layer, scale, translate, unit="micrometer"):
    assert tuple(layer.scale) == pytest.approx(scale)
    assert tuple(layer.translate) == pytest.approx(translate)
    assert {str(u) for u in layer.units[-2:]} == {unit}


def test_imagej_tiff_keeps_axes_scale_and_unit(viewer, tmp_path, rng):
    pixels = rng.integers(0, 999, (3, 4, 20, 30)).astype(np.uint16)
    tifffile.imwrite(
        tmp_path / "cells.tif",
        pixels,
        imagej=True,
        resolution=(4, 4),
        metadata={"axes": "TZYX", "unit": "um", "spacing": 2.0},
    )
    (layer,) = viewer.open(tmp_path / "cells.tif", plugin=PLUGIN)
    assert isinstance(layer, Image)
    np.testing.assert_array_equal(layer.data, pixels)
    assert layer.axis_labels == ("t", "z", "y", "x")
    assert layer.name == "cells"
    assert_placed(layer, (1, 2, 0.25, 0.25), (0, 0, 0, 0))


def test_colour_tiff_opens_as_rgb(viewer, tmp_path, rng):
    pixels = rng.integers(0, 255, (20, 30, 3)).astype(np.uint8)
    tifffile.imwrite(tmp_path / "he.tif", pixels, photometric="rgb")
    (layer,) = viewer.open(tmp_path / "he.tif", plugin=PLUGIN)
    assert layer.rgb
    assert layer.ndim == 2


def test_ome_zarr_opens_with_all_its_levels(viewer, tmp_path, rng):
    group = zarr.create_group(tmp_path / "plate.ome.zarr", zarr_format=2)
    levels = [rng.integers(0, 999, (2, 64 // n, 96 // n)).astype(np.uint16) for n in (1, 2)]
    for at, level in enumerate(levels):
        group.create_array(str(at), data=level)
    group.attrs["multiscales"] = [
        {
            "version": "0.4",
            "axes": [
                {"name": "c", "type": "channel"},
                {"name": "y", "type": "space", "unit": "micrometer"},
                {"name": "x", "type": "space", "unit": "micrometer"},
            ],
            "datasets": [
                {
                    "path": str(at),
                    "coordinateTransformations": [
                        {"type": "scale", "scale": [1, 0.5 * n, 0.5 * n]}
                    ],
                }
                for at, n in enumerate((1, 2))
            ],
        }
    ]
    (layer,) = viewer.open(tmp_path / "plate.ome.zarr", plugin=PLUGIN)
    assert layer.multiscale
    for shown, level in zip(layer.data, levels, strict=True):
        np.testing.assert_array_equal(np.asarray(shown), level)
    assert layer.axis_labels == ("c", "y", "x")
    assert_placed(layer, (1, 0.5, 0.5), (0, 0, 0))


@pytest.mark.parametrize("write", [write_labels_tiff, write_labels_ome_zarr])
def test_labels_that_were_written_here_open_as_labels(viewer, tmp_path, labels, write):
    path = tmp_path / ("cells.tif" if write is write_labels_tiff else "cells.zarr")
    write(path, labels, **PLACE)
    (layer,) = viewer.open(path, plugin=PLUGIN)
    assert isinstance(layer, Labels)
    assert layer.data.dtype == np.int32
    np.testing.assert_array_equal(layer.data, labels)
    assert_placed(layer, PLACE["scale"], PLACE["translate"])


def write_run(folder, labels, rng):
    folder.mkdir()
    write_labels_tiff(folder / "labels.tif", labels, **PLACE)
    (folder / "objects.csv").write_text("index,area_px\n1,24\n2,32\n")
    facts = {"period": [16, 16], "legal": True, "image": {"name": "cells"}}
    (folder / "run.json").write_text(json.dumps(facts))
    embedding = rng.normal(size=(5, *labels.shape)).astype(np.float32)
    write_array_zarr(folder / "embedding.zarr", embedding, "cyx", **PLACE)
    return facts


@pytest.mark.parametrize("name", ["", "run.json"])
def test_results_open_with_facts_table_and_embedding(viewer, tmp_path, labels, rng, name):
    facts = write_run(tmp_path / "run", labels, rng)
    colours, instances = viewer.open(tmp_path / "run" / name, plugin=PLUGIN)
    assert isinstance(instances, Labels)
    np.testing.assert_array_equal(instances.data, labels)
    assert list(instances.features["area_px"]) == [24, 32]
    assert colours.rgb
    assert colours.data.shape == (*labels.shape, 3)
    for layer in (colours, instances):
        assert layer.name.startswith("cells: ")
        assert layer.metadata["shift_unet"] == facts
        assert_placed(layer, PLACE["scale"], PLACE["translate"])


def test_results_without_table_and_embedding_are_labels(viewer, tmp_path, labels, rng):
    write_run(tmp_path / "run", labels, rng)
    (tmp_path / "run" / "objects.csv").unlink()
    (tmp_path / "run" / "embedding.zarr").rename(tmp_path / "elsewhere.zarr")
    (layer,) = viewer.open(tmp_path / "run", plugin=PLUGIN)
    assert isinstance(layer, Labels)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("run.json", "{", "cannot be read"),
        ("run.json", "[]", "does not hold the facts"),
        ("labels.tif", "no image", "cannot be read as TIFF"),
        ("labels.tif", None, "labels are missing"),
        ("objects.csv", "", "cannot be read"),
    ],
)
def test_damaged_results_are_refused_in_one_sentence(tmp_path, labels, rng, name, content, said):
    write_run(tmp_path / "run", labels, rng)
    (tmp_path / "run" / name).unlink()
    if content is not None:
        (tmp_path / "run" / name).write_text(content)
    with pytest.raises(InputError, match=said):
        get_reader(str(tmp_path / "run"))(str(tmp_path / "run"))


def test_a_damaged_image_is_refused_and_adds_no_layer(viewer, tmp_path):
    (tmp_path / "broken.tif").write_text("no image")
    with pytest.raises(InputError, match="cannot be read as TIFF"):
        viewer.open(tmp_path / "broken.tif", plugin=PLUGIN)
    assert not viewer.layers


@pytest.mark.parametrize("path", ["a.lsm", ["a.tif", "b.tif"], "."])
def test_what_is_not_ours_is_left_to_others(path):
    assert get_reader(path) is None
