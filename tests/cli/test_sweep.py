import csv
import json

import numpy as np
import pytest
import tifffile
from PIL import Image

from napari_shift_unet.evaluation import average_precision
from napari_shift_unet.segmentation import segment


@pytest.fixture
def sweep(shift_unet, data, model, tmp_path):
    """Run a sweep of the tiny model, whose period is 4 px, over three images."""

    def run(*arguments, windows="12:16:2", model=model, data=data):
        return shift_unet(
            "sweep", data, "--model", model, "--windows", windows, "--output", tmp_path / "o",
            "--device", "cpu", *arguments,
        )  # fmt: skip

    return run


def _rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_sweep_and_its_files(sweep, tmp_path, data, model):
    found = json.loads(sweep("--json").out)
    assert found == json.loads((tmp_path / "o" / "sweep.json").read_text())
    curve = _rows(tmp_path / "o" / "sweep.csv")
    assert list(curve[0])[:3] == ["window", "false_splits", "ap"]
    assert [row["window"] for row in curve] == ["12", "14", "16"]
    assert {row["images"] for row in curve} == {"3"}
    assert [point["multiple_of_the_period"] for point in found["curve"]] == [True, False, True]
    assert (found["period"], found["contrast"]["images"]) == ([4, 4], 3)
    rows = _rows(tmp_path / "o" / "images.csv")
    assert len(rows) == 9
    means = [np.mean([float(r["ap"]) for r in rows if r["window"] == w]) for w in ("12", "14")]
    np.testing.assert_allclose([float(row["ap"]) for row in curve[:2]], means, rtol=1e-5)
    labels = segment(data / "images" / "0.tif", model=model, tile=14, crop="none").labels
    truth = tifffile.imread(data / "masks" / "0.tif").astype(np.int64)
    assert float(rows[3]["ap"]) == pytest.approx(average_precision(labels, truth))
    with Image.open(tmp_path / "o" / "sweep.png") as picture:
        assert picture.size[0] > 800


def test_a_sweep_goes_on_where_it_was_stopped(sweep, tmp_path):
    assert sweep().code == 0
    folder = tmp_path / "o"
    whole = {path.name: path.read_bytes() for path in folder.iterdir()}
    lines = (folder / "images.csv").read_text().splitlines()
    (folder / "images.csv").write_text("\n".join(lines[:5]) + "\n" + lines[5][:-2])
    (folder / "sweep.png").unlink()
    again = sweep()
    assert again.code == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == whole
    edited = (folder / "images.csv").read_text().replace("12,0,", "12,0,1", 1)
    (folder / "images.csv").write_text(edited)
    assert "16 px" in sweep(windows="12").out, "what was measured before is still told"
    assert (folder / "images.csv").read_text() == edited, "and not measured again"
    more = sweep(windows="18:20:2").out.splitlines()
    assert [line.split()[0] for line in more[1:6]] == ["12", "14", "16", "18", "20"]
    assert more[6].startswith("false splits: ")


def test_another_model_needs_another_folder(sweep, tmp_path):
    assert sweep(windows="12").code == 0
    error = sweep("--min-size", 9, windows="12").error
    assert "holds a sweep with another clustering" in error
    assert error.endswith("Choose another folder.")
    (tmp_path / "o" / "sweep.json").write_text("{")
    assert "sweep.json cannot be read" in sweep(windows="12").error


def test_images_of_one_size_and_of_one_split(sweep, data, tmp_path):
    listing = {"train": ["0", "1"], "test": ["2"]}
    (data / "split.json").write_text(json.dumps(listing))
    assert "of 4 x 4 px; they have 48 x 40 px" in sweep("--shape", 4, 4).error
    assert "holds no images" in sweep("--split", "val").error
    found = json.loads(sweep("--shape", 48, 40, "--json", windows="12").out)
    assert found["curve"][0]["images"] == 1
    assert {row["image"] for row in _rows(tmp_path / "o" / "images.csv")} == {"2"}


def test_what_nobody_annotated_does_not_count(sweep, data, tmp_path):
    (data / "annotated").mkdir()
    for index in range(3):
        known = np.zeros((48, 40), np.uint8)
        tifffile.imwrite(data / "annotated" / f"{index}.tif", known)
    assert sweep(windows="12").code == 0
    rows = _rows(tmp_path / "o" / "images.csv")
    assert {(row["objects"], row["ap"]) for row in rows} == {("0", "1.0")}


def test_volumes(sweep, model_3d, tmp_path, rng):
    folder = tmp_path / "volumes"
    masks = np.zeros((12, 24, 20), np.uint8)
    masks[3:8, 4:10, 4:10], masks[2:9, 14:20, 8:15] = 1, 2
    for name, pixels in [("images", 100 * (masks > 0) + rng.integers(9, 40, masks.shape))]:
        (folder / name).mkdir(parents=True)
        tifffile.imwrite(folder / name / "0.tif", pixels.astype(np.uint8), metadata={"axes": "ZYX"})
    (folder / "masks").mkdir()
    tifffile.imwrite(folder / "masks" / "0.tif", masks, metadata={"axes": "ZYX"})
    found = json.loads(sweep("--json", windows="6:8:2", model=model_3d, data=folder).out)
    assert found["period"] == [2, 4, 4]
    assert [point["multiple_of_the_period"] for point in found["curve"]] == [False, True]


@pytest.mark.parametrize("windows", ["112", "4:2:1", "x"])
def test_windows_that_cannot_be_used(sweep, windows, tmp_path):
    ran = sweep(windows=windows)
    if windows == "112":
        assert ran.code == 0, "larger than the image: one tile, no seams"
        assert _rows(tmp_path / "o" / "sweep.csv")[0]["false_splits_at_seams"] == "0"
    else:
        assert windows in ran.error
        assert not (tmp_path / "o").exists()


def test_a_folder_without_data(sweep, tmp_path):
    assert "must hold the folders images and masks" in sweep(data=tmp_path).error
