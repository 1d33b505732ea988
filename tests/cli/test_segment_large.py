import json

import numpy as np
import pytest
import tifffile

from napari_shift_unet.images import read_ome_zarr, write_array_zarr
from napari_shift_unet.large import LocalEngine
from napari_shift_unet.large.tasks import predict


@pytest.fixture
def command(image, model, tmp_path):
    return ("segment", image, "--output", tmp_path / "out", "--model", model, "--tile", 48)


def test_the_large_way_and_the_usual_way_replace_each_other(shift_unet, command, tmp_path):
    ran = shift_unet(*command, "--large", "--json")
    assert ran.code == 0
    out = tmp_path / "out"
    assert json.loads(ran.out) == json.loads((out / "run.json").read_text())
    names = {"labels.zarr", "embedding.zarr", "objects.csv", "run.json"}
    assert {path.name for path in out.iterdir()} == names
    large = read_ome_zarr(out / "labels.zarr")
    assert (large.scale, large.units) == ((0.5, 0.25), ("micrometer", "micrometer"))
    assert shift_unet(*command).code == 0
    assert {path.name for path in out.iterdir()} == {"labels.tif", "objects.csv", "run.json"}
    assert large.data.shape == tifffile.imread(out / "labels.tif").shape


def test_what_does_not_fit_goes_the_large_way(shift_unet, command, tmp_path, monkeypatch):
    monkeypatch.setattr("napari_shift_unet.large.memory._WHOLE_PER_PX", 2**17)
    assert shift_unet(*command, "--memory", "64MiB").code == 0
    assert (tmp_path / "out" / "labels.zarr").is_dir()
    assert "the memory is 'much'" in shift_unet(*command, "--memory", "much").error


def test_a_zarr_store_is_answered_with_one(shift_unet, command, tmp_path):
    write_array_zarr(tmp_path / "in.zarr", np.eye(30) * 200, "yx", dtype="float32")
    assert shift_unet("segment", tmp_path / "in.zarr", *command[2:]).code == 0
    assert (tmp_path / "out" / "labels.zarr" / "0").is_dir()


def test_the_same_command_goes_on(shift_unet, command, tmp_path, monkeypatch):
    monkeypatch.setattr("napari_shift_unet.large.preparing.chunk_pixels", lambda _: 1)
    whole = LocalEngine.map

    def stopped(engine, task, folder, units):
        if task is not predict:
            yield from whole(engine, task, folder, units)
            return
        yield from whole(engine, task, folder, units[:1])
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(LocalEngine, "map", stopped)
        ran = shift_unet(*command, "--large")
    assert ran.code == 130
    assert "stopped; the same command goes on from there" in ran.err
    refused = shift_unet(*command[:-1], 24, "--large")
    assert "the tile of the plan was [48, 48] px and is [24, 24] px" in refused.err
    ran = shift_unet(*command, "--large")
    assert ran.code == 0
    assert "going on with the unfinished run: 1 of 4 chunks are there" in ran.err
    ran = shift_unet(*command, "--large", "--bandwidth", 7)
    assert ran.code == 0
    assert "nothing is predicted again: the output of all 4 chunks is there" in ran.err
    assert json.loads((tmp_path / "out" / "run.json").read_text())["clustering"]["bandwidth"] == 7
