import numpy as np
import pytest
import tifffile

from napari_shift_unet.errors import InputError
from napari_shift_unet.evaluation import evaluate_files
from napari_shift_unet.images import write_labels_ome_zarr, write_labels_tiff

TRUTH = np.array([[1, 1, 0, 2], [1, 1, 0, 2]])
HALF = np.array([[1, 1, 0, 0], [1, 1, 0, 0]])


@pytest.fixture
def folders(tmp_path):
    pred, truth = tmp_path / "pred", tmp_path / "truth"
    for folder in (pred, truth):
        folder.mkdir()
    write_labels_tiff(truth / "a.b.tif", TRUTH)
    write_labels_tiff(truth / "c.tif", TRUTH)
    write_labels_ome_zarr(pred / "a.b.ome.zarr", TRUTH)
    write_labels_tiff(pred / "c.tiff", HALF)
    write_labels_tiff(pred / "more.tif", HALF)
    return pred, truth


def test_two_files(tmp_path):
    write_labels_tiff(tmp_path / "pred.tif", HALF)
    write_labels_tiff(tmp_path / "truth.tif", TRUTH)
    scores = evaluate_files(tmp_path / "pred.tif", tmp_path / "truth.tif")
    assert scores.images == 1
    assert list(scores.ap)[::9] == ["0.5", "0.95"]
    assert set(scores.ap.values()) == {0.5}


def test_folders_are_matched_by_name(folders):
    scores = evaluate_files(*folders)
    assert scores.images == 2
    assert set(scores.ap.values()) == {0.75}


@pytest.mark.parametrize("name", ["labels.tif", "labels.zarr"])
def test_a_folder_of_results_against_a_file(tmp_path, name):
    write = write_labels_tiff if name.endswith("tif") else write_labels_ome_zarr
    (tmp_path / "results").mkdir()
    write(tmp_path / "results" / name, HALF)
    write_labels_tiff(tmp_path / "truth.tif", TRUTH)
    assert evaluate_files(tmp_path / "results", tmp_path / "truth.tif").ap["0.5"] == 0.5


def test_a_missing_prediction_is_named(folders):
    pred, truth = folders
    (pred / "c.tiff").unlink()
    with pytest.raises(InputError, match="holds no labels named c"):
        evaluate_files(pred, truth)


def test_inputs_that_cannot_be_compared(tmp_path, folders):
    pred, truth = folders
    empty, floats = tmp_path / "empty", tmp_path / "floats.tif"
    empty.mkdir()
    tifffile.imwrite(floats, TRUTH.astype(np.float32))
    for first, second, message in [
        (tmp_path / "none", truth, "none does not exist"),
        (pred, tmp_path / "none", "none does not exist"),
        (pred / "c.tiff", truth, "give two files or two folders"),
        (pred, empty, "empty is empty"),
        (pred, truth / "c.tif", "is a folder and no zarr store"),
        (floats, truth / "c.tif", "holds float32 pixels"),
    ]:
        with pytest.raises(InputError, match=message):
            evaluate_files(first, second)
