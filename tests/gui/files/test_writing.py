import numpy as np
import pandas as pd
import pytest
import tifffile
from napari.components import ViewerModel
from napari.layers import Labels

from napari_shift_unet.errors import OutputError

PLUGIN = "napari-shift-unet"


@pytest.fixture
def viewer(plugins) -> ViewerModel:
    """A viewer without a window."""
    return ViewerModel()


def add_cells(viewer, shape=(20, 30), **options):
    data = np.zeros(shape, np.int32)
    data[..., 2:6, 3:9] = 1
    data[..., 10:14, 20:28] = 700
    place = {
        "scale": (1,) * (len(shape) - 2) + (0.25, 0.5),
        "translate": (0,) * (len(shape) - 2) + (3, 4),
        "units": ("pixel",) * (len(shape) - 2) + ("micrometer", "micrometer"),
    }
    return viewer.add_labels(data, name="cells", **place, **options)


@pytest.mark.parametrize("name", ["cells.tif", "cells.tiff", "cells.zarr", "cells.ome.zarr"])
@pytest.mark.parametrize(
    ("shape", "letters"), [((20, 30), ""), ((3, 20, 30), "tyx"), ((2, 3, 20, 30), "tzyx")]
)
def test_labels_come_back_as_they_were(viewer, tmp_path, name, shape, letters):
    layer = add_cells(viewer, shape, axis_labels=tuple(letters) or None)
    assert layer.save(str(tmp_path / name), plugin=PLUGIN) == [str(tmp_path / name)]
    (back,) = viewer.open(tmp_path / name, plugin=PLUGIN)
    assert isinstance(back, Labels)
    np.testing.assert_array_equal(back.data, layer.data)
    assert back.scale == pytest.approx(layer.scale)
    assert back.translate == pytest.approx(layer.translate)
    assert back.units == layer.units
    assert "".join(back.axis_labels) == (letters or "yx")


def test_nanometres_become_micrometres(viewer, tmp_path):
    layer = viewer.add_labels(np.eye(4, dtype=int), scale=(250, 250), units=("nm", "nm"))
    layer.save(str(tmp_path / "a.tif"), plugin=PLUGIN)
    (back,) = viewer.open(tmp_path / "a.tif", plugin=PLUGIN)
    assert back.scale == pytest.approx((0.25, 0.25))
    assert str(back.units[0]) == "micrometer"


def test_a_channel_axis_of_one_is_left_out(viewer, tmp_path):
    layer = viewer.add_labels(np.ones((2, 1, 4, 5), int), axis_labels=("t", "c", "y", "x"))
    layer.save(str(tmp_path / "a.tif"), plugin=PLUGIN)
    assert tifffile.imread(tmp_path / "a.tif").shape == (2, 4, 5)


def test_the_table_measures_the_labels_as_they_are_now(viewer, tmp_path):
    layer = add_cells(viewer)
    layer.features = pd.DataFrame({"index": [1, 700], "area_px": [0, 0], "note": ["a", "b"]})
    layer.data_setitem((np.array([2]), np.array([3])), 0)
    layer.save(str(tmp_path / "cells.csv"), plugin=PLUGIN)
    table = pd.read_csv(tmp_path / "cells.csv")
    assert list(table["index"]) == [1, 700]
    assert list(table["area_px"]) == [23, 32]
    assert list(table["note"]) == ["a", "b"]


@pytest.mark.parametrize("name", ["cells.tif", "cells.zarr", "cells.csv"])
def test_a_target_that_cannot_be_written_is_said(viewer, tmp_path, name):
    layer = add_cells(viewer)
    with pytest.raises(OutputError, match="there is no folder"):
        layer.save(str(tmp_path / "nowhere" / name), plugin=PLUGIN)
    assert not list(tmp_path.iterdir())


def test_labels_that_files_cannot_keep_are_said(viewer, tmp_path):
    layer = viewer.add_labels(np.full((4, 4), -1))
    with pytest.raises(OutputError, match="-1"):
        layer.save(str(tmp_path / "cells.tif"), plugin=PLUGIN)
