import csv
import json
from hashlib import sha256

import numpy as np
import pytest
import tifffile
import zarr

from napari_shift_unet.images import read_ome_zarr, read_tiff, write_array_zarr
from napari_shift_unet.networks import load_model
from napari_shift_unet.segmentation import segment

from .conftest import blobs

RUN_KEYS = {"period", "context", "tile", "crop", "legal", "model_hash", "versions", "seconds"}


@pytest.fixture
def out(tmp_path):
    return tmp_path / "results" / "here"


def test_a_run_writes_labels_table_and_facts(shift_unet, image, model, out):
    ran = shift_unet("segment", image, "--output", out, "--model", model, "--tile", 24)
    assert ran.code == 0
    assert sorted(path.name for path in out.iterdir()) == ["labels.tif", "objects.csv", "run.json"]
    labels = read_tiff(out / "labels.tif")
    assert (labels.axes, labels.data.shape) == ("yx", (50, 61))
    np.testing.assert_allclose(labels.scale, (0.5, 0.25))
    assert labels.units == ("micrometer", "micrometer")
    with (out / "objects.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == labels.data.max() > 0
    facts = json.loads((out / "run.json").read_text())
    assert facts.keys() >= RUN_KEYS
    assert facts["objects"] == len(rows)
    assert facts["period"] == [4, 4]
    assert facts["context"] == facts["context_px"] == [20, 20]
    assert facts["tile"] == [24, 24]
    assert facts["crop"] == [24, 24]
    assert facts["legal"] is True
    assert facts["model_hash"] == sha256(model.read_bytes()).hexdigest()
    assert facts["seconds"] > 0
    assert "torch" in facts["versions"]
    (line,) = ran.out.splitlines()
    assert line.startswith(f"{len(rows)} objects in ")
    assert str(out) in line


def test_stdout_holds_nothing_but_the_facts(shift_unet, image, model, out):
    ran = shift_unet("segment", image, "--output", out, "--model", model, "--json")
    assert json.loads(ran.out) == json.loads((out / "run.json").read_text())


def test_the_same_as_one_call_in_python(shift_unet, image, model, out):
    arguments = ("--tile", 24, "--crop", 20, "--bandwidth", 2, "--min-size", 1)
    more = ("--foreground-threshold", 0.3, "--no-split-components", "--save-embedding")
    ran = shift_unet("segment", image, "--output", out, "--model", model, *arguments, *more)
    assert ran.code == 0
    expected = segment(
        image,
        model=model,
        tile=24,
        crop=20,
        bandwidth=2,
        min_size=1,
        foreground_threshold=0.3,
        split_components=False,
    )
    np.testing.assert_array_equal(tifffile.imread(out / "labels.tif"), expected.labels)
    embedding = zarr.open_array(out / "embedding.zarr", mode="r")
    assert embedding.metadata.dimension_names == ("c", "y", "x")
    np.testing.assert_array_equal(embedding[...], expected.embedding)
    facts = json.loads((out / "run.json").read_text())
    assert facts["clustering"] == expected.facts["clustering"]
    assert facts["clustering"]["bandwidth"] == 2
    assert facts["clustering"]["split_components"] is False


def test_settings_left_out_are_those_of_the_model(shift_unet, image, model, out):
    facts = json.loads(
        shift_unet("segment", image, "--output", out, "--model", model, "--json").out
    )
    for name, value in load_model(model).config.clustering.items():
        assert facts["clustering"][name] == value


def test_progress_goes_to_stderr(shift_unet, image, model, out):
    ran = shift_unet("segment", image, "--output", out, "--model", model, "--tile", 8)
    assert "tiles" in ran.err
    assert "left" in ran.err
    assert "seams" not in ran.err


def test_a_crop_off_the_lattice_runs_and_is_warned_of(shift_unet, image, model, out):
    ran = shift_unet(
        *("segment", image, "--output", out, "--model", model, "--tile", 24, "--crop", 22)
    )
    assert ran.code == 0
    assert "shift-unet: seams expected: the crop of 22 px" in ran.err
    assert "use 20 or 24 px" in ran.err.replace("\n", " ")
    facts = json.loads((out / "run.json").read_text())
    assert facts["crop"] == [22, 22]
    assert facts["legal"] is False
    assert len(facts["reasons"]) == 1


def test_an_image_smaller_than_any_legal_input_is_padded(shift_unet, model, out, tmp_path):
    path = tmp_path / "small.tif"
    tifffile.imwrite(path, blobs((3, 5)))
    assert shift_unet("segment", path, "--output", out, "--model", model).code == 0
    assert tifffile.imread(out / "labels.tif").shape == (3, 5)


def test_time_and_channels(shift_unet, model, out, tmp_path):
    path = tmp_path / "movie.tif"
    stack = blobs((3, 2, 20, 24))
    tifffile.imwrite(path, stack, imagej=True, metadata={"axes": "TCYX"})
    ran = shift_unet("segment", path, "--output", out, "--model", model, "--channel", 1, "--json")
    facts = json.loads(ran.out)
    assert facts["image"]["channels"] == [1]
    labels = read_tiff(out / "labels.tif")
    assert (labels.axes, labels.data.shape) == ("tyx", (3, 20, 24))


def test_volumes(shift_unet, model_3d, out, tmp_path):
    path = tmp_path / "volume.tif"
    tifffile.imwrite(
        path,
        blobs((6, 20, 24)),
        imagej=True,
        metadata={"axes": "ZYX", "spacing": 2.0, "unit": "um"},
    )
    ran = shift_unet(
        *("segment", path, "--output", out, "--model", model_3d, "--tile", 4, 12, 16, "--json")
    )
    facts = json.loads(ran.out)
    assert facts["tile"] == [4, 12, 16]
    assert facts["legal"] is True
    labels = read_tiff(out / "labels.tif")
    assert (labels.axes, labels.data.shape) == ("zyx", (6, 20, 24))


def test_an_earlier_run_is_replaced_whole(shift_unet, image, model, out):
    arguments = ("segment", image, "--output", out, "--model", model)
    assert shift_unet(*arguments, "--save-embedding").code == 0
    assert shift_unet(*arguments, "--foreground-threshold", 0.9999).code == 0
    assert sorted(path.name for path in out.iterdir()) == ["labels.tif", "objects.csv", "run.json"]
    assert tifffile.imread(out / "labels.tif").max() == 0


def test_a_3d_model_goes_through_time_in_any_order_of_axes(shift_unet, model_3d, out, tmp_path):
    path = tmp_path / "stack.zarr"
    stack = blobs((6, 2, 20, 24)).astype(np.float32)
    stack[:, 1] += 1000
    write_array_zarr(path, stack, "ztyx")
    ran = shift_unet("segment", path, "--output", out, "--model", model_3d)
    assert ran.code == 0, ran.err
    labels = read_ome_zarr(out / "labels.zarr")
    assert (labels.axes, labels.data.shape) == ("tzyx", (2, 6, 20, 24))
    with (out / "objects.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == labels.data[...].max() > 0
    for row in rows:
        later = float(row["centroid_t_px"]) == 1
        assert (float(row["mean_intensity"]) > 900) == later
