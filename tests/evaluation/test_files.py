import numpy as np
import pytest
import tifffile

from napari_shift_unet.errors import InputError
from napari_shift_unet.evaluation import evaluate_files
from napari_shift_unet.images import Image, write_labels_ome_zarr, write_labels_tiff
from napari_shift_unet.results import Results, write_parts

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


def test_a_folder_of_runs_and_axes_of_one_px(tmp_path, folders):
    _, truth = folders
    for name in ("a.b", "c"):
        facts = {"crop": [1, 2, 2], "objects": 2}
        write_parts(tmp_path / "runs" / name, Results(Image(TRUTH[None], "zyx"), None, facts))
    scores = evaluate_files(tmp_path / "runs", truth)
    assert set(scores.ap.values()) == {1}
    assert scores.at_seams["objects"] == 1
    again = evaluate_files(tmp_path / "runs" / "c", tmp_path / "runs" / "a.b")
    assert again.images == 1


def test_one_object_none_and_huge_numbers(tmp_path):
    huge = np.where(TRUTH > 0, TRUTH.astype(np.uint64) + 2**63, 0)
    one = np.where(TRUTH == 1, 1, 0)
    for name, labels in [("huge", huge), ("one", one), ("none", one * 0), ("truth", TRUTH)]:
        tifffile.imwrite(tmp_path / f"{name}.tif", labels.astype(np.uint64))
    against = lambda a, b: evaluate_files(tmp_path / f"{a}.tif", tmp_path / f"{b}.tif")  # noqa: E731
    assert set(against("huge", "truth").ap.values()) == {1}
    assert set(against("one", "one").ap.values()) == {1}
    assert set(against("none", "none").ap.values()) == {1}
    assert set(against("none", "one").ap.values()) == {0}
    assert against("one", "none").mean["panoptic_quality"] == 0


def test_the_mean_over_images_and_all_objects_together(folders):
    scores = evaluate_files(*folders)
    assert scores.mean["objects"] == 2
    assert scores.pooled["objects"] == 4
    assert scores.mean["ap"]["0.5"] == scores.pooled["ap"]["0.5"] == 0.75
    assert scores.mean["f1"]["0.5"] == pytest.approx((1 + 2 / 3) / 2)
    assert scores.pooled["f1"]["0.5"] == pytest.approx(6 / 7)
    assert [image.name for image in scores.per_image] == ["a.b", "c"]


def test_inputs_that_cannot_be_compared(tmp_path, folders):
    pred, truth = folders
    empty, floats = tmp_path / "empty", tmp_path / "floats.tif"
    empty.mkdir()
    tifffile.imwrite(floats, TRUTH.astype(np.float32))
    larger, colours = tmp_path / "larger.tif", tmp_path / "colours.tif"
    tifffile.imwrite(larger, np.zeros((5, 6), np.uint8))
    tifffile.imwrite(colours, np.zeros((2, 4, 3), np.uint8), photometric="rgb")
    for first, second, message in [
        (tmp_path / "none", truth, "none does not exist"),
        (pred, tmp_path / "none", "none does not exist"),
        (pred / "c.tiff", truth, "give two files or two folders"),
        (pred, empty, "empty is empty"),
        (pred, truth / "c.tif", "is a folder and no zarr store"),
        (floats, truth / "c.tif", "holds float32 pixels"),
        (larger, truth / "c.tif", "must have the same shape"),
        (colours, truth / "c.tif", "holds colours"),
    ]:
        with pytest.raises(InputError, match=message):
            evaluate_files(first, second)
