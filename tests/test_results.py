import errno
import json
import os
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
import tifffile
import zarr

from napari_shift_unet.errors import InputError, OutputError
from napari_shift_unet.images import Image
from napari_shift_unet.results import (
    Results,
    check_directory,
    holds_results,
    read_results,
    write_parts,
    write_results,
)

SCALE, UNITS, PLACE = (0.5, 0.25), ("micrometer", "micrometer"), (10.0, 20.0)
LABELS = np.array([[0, 1, 1], [2, 2, 0]], np.int32)
TABLE = pd.DataFrame({"index": [1, 2], "area_px": [2, 2], "mean_intensity": [0.5, 1.25]})


@dataclass
class Segmented:
    labels: np.ndarray
    embedding: np.ndarray
    objects: pd.DataFrame
    facts: dict
    image: Image
    axes: str


@pytest.fixture
def segmented():
    image = Image(np.zeros(LABELS.shape), "yx", SCALE, UNITS, PLACE, name="cells")
    embedding = np.arange(12, dtype=np.float32).reshape(2, 2, 3)
    return Segmented(LABELS, embedding, TABLE, {"period": [16, 16]}, image, "yx")


def _names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_results_come_back_as_they_were_written(tmp_path, segmented):
    written = write_results(tmp_path / "new" / "out", segmented, save_embedding=True)
    assert [path.name for path in written] == [
        "labels.tif",
        "objects.csv",
        "embedding.zarr",
        "run.json",
    ]
    found = read_results(tmp_path / "new" / "out")
    np.testing.assert_array_equal(found.labels.data, LABELS)
    assert (found.labels.axes, found.labels.units) == ("yx", UNITS)
    np.testing.assert_allclose(found.labels.scale, SCALE)
    np.testing.assert_allclose(found.labels.translate, PLACE)
    pd.testing.assert_frame_equal(found.objects, TABLE)
    assert found.facts == {"period": [16, 16]}
    assert isinstance(found.embedding.data, zarr.Array)
    assert (found.embedding.axes, found.embedding.scale) == ("cyx", SCALE)
    np.testing.assert_array_equal(found.embedding.data[...], segmented.embedding)


def test_the_embedding_is_written_only_if_asked_for(tmp_path, segmented):
    write_results(tmp_path, segmented)
    assert _names(tmp_path) == ["labels.tif", "objects.csv", "run.json"]
    assert read_results(tmp_path).embedding is None


def test_labels_can_be_ome_zarr(tmp_path, segmented):
    write_results(tmp_path, segmented, labels_format="ome-zarr")
    assert _names(tmp_path) == ["labels.zarr", "objects.csv", "run.json"]
    found = read_results(tmp_path).labels
    np.testing.assert_array_equal(found.data[...], LABELS)
    assert (found.axes, found.scale, found.translate) == ("yx", SCALE, PLACE)


def test_planes_go_to_the_file_with_time_first(tmp_path):
    labels = np.arange(24).reshape(2, 3, 2, 2)
    image = Image(labels, "ztyx", (3.0, 2.0, 1.0))
    write_parts(tmp_path, Results(image, TABLE, {}))
    found = read_results(tmp_path).labels
    assert (found.axes, found.scale) == ("tzyx", (3.0, 2.0, 1.0))
    np.testing.assert_array_equal(found.data, labels.swapaxes(0, 1))


def test_a_folder_never_mixes_two_runs(tmp_path, segmented):
    (tmp_path / "notes.txt").write_text("mine")
    write_results(tmp_path, segmented, save_embedding=True)
    edited = replace(segmented, labels=LABELS[::-1].copy(), facts={"edited": True})
    write_results(tmp_path, edited, labels_format="ome-zarr")
    assert _names(tmp_path) == ["labels.zarr", "notes.txt", "objects.csv", "run.json"]
    found = read_results(tmp_path)
    np.testing.assert_array_equal(found.labels.data[...], LABELS[::-1])
    assert found.facts == {"edited": True}


def test_files_of_others_are_not_taken_for_an_earlier_run(tmp_path, segmented):
    (tmp_path / "labels.tif").write_text("mine")
    write_results(tmp_path, segmented, labels_format="ome-zarr")
    assert (tmp_path / "labels.tif").read_text() == "mine"


def _fill(monkeypatch, function):
    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(function, full)


@pytest.mark.parametrize("part", ["tifffile.TiffWriter.write", "zarr.create_array"])
def test_a_full_disk_leaves_the_earlier_run_whole(tmp_path, segmented, monkeypatch, part):
    write_results(tmp_path, segmented, save_embedding=True)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    _fill(monkeypatch, part)
    edited = replace(segmented, labels=LABELS[::-1].copy(), facts={"edited": True})
    with pytest.raises(OutputError) as caught:
        write_results(tmp_path, edited, save_embedding=True)
    name = "labels.tif" if "tiff" in part else "embedding.zarr"
    assert str(caught.value).startswith(f"{tmp_path / name} cannot be written: the disk is full.")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_full_disk_leaves_no_new_folder(tmp_path, segmented, monkeypatch):
    _fill(monkeypatch, "tifffile.TiffWriter.write")
    with pytest.raises(OutputError, match="the disk is full"):
        write_results(tmp_path / "out", segmented)
    assert _names(tmp_path) == []


def test_a_file_in_place_of_the_folder_is_refused_and_kept(tmp_path, segmented):
    (tmp_path / "out").write_text("mine")
    for target in (tmp_path / "out", tmp_path / "out" / "deeper"):
        with pytest.raises(OutputError, match="is a file; results need a folder"):
            write_results(target, segmented)
    assert (tmp_path / "out").read_text() == "mine"


def test_a_file_in_place_of_the_embedding_leaves_the_folder_as_it_was(tmp_path, segmented):
    (tmp_path / "embedding.zarr").write_text("mine")
    with pytest.raises(OutputError, match=r"embedding\.zarr cannot be written: a file of this"):
        write_results(tmp_path, segmented, save_embedding=True)
    assert _names(tmp_path) == ["embedding.zarr"]


def test_a_folder_that_takes_nothing_is_refused(segmented):
    with pytest.raises(OutputError, match="the folder /proc/out cannot be made"):
        write_results("/proc/out", segmented)


def test_a_read_only_folder_is_refused_before_any_work(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, _mode: path != tmp_path)
    with pytest.raises(OutputError, match="is read-only or not yours"):
        check_directory(tmp_path / "out")


def test_checking_a_folder_makes_nothing(tmp_path):
    check_directory(tmp_path / "a" / "b")
    assert _names(tmp_path) == []


def test_labels_that_a_file_cannot_keep_are_refused(tmp_path):
    image = Image(np.full((2, 2), -1), "yx")
    with pytest.raises(InputError, match="labels run from -1"):
        write_parts(tmp_path / "out", Results(image, TABLE, {}))
    assert _names(tmp_path) == []


def test_other_folders_hold_no_results(tmp_path):
    tifffile.imwrite(tmp_path / "labels.tif", LABELS)
    assert not holds_results(tmp_path)
    with pytest.raises(InputError, match="holds no results"):
        read_results(tmp_path)


def test_a_table_may_be_missing(tmp_path, segmented):
    write_results(tmp_path, segmented)
    (tmp_path / "objects.csv").unlink()
    assert read_results(tmp_path).objects is None


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("run.json", "{"),
        ("run.json", json.dumps([1])),
        ("run.json", b"\xff"),
        ("objects.csv", ""),
        ("objects.csv", b"\xff\xfe\xfd"),
        ("labels.tif", "no image"),
    ],
)
def test_damaged_files_are_named(tmp_path, segmented, name, content):
    write_results(tmp_path, segmented)
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError, match=name.replace(".", r"\.")):
        read_results(tmp_path)
