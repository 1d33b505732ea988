import errno
import os
from pathlib import Path

import numpy as np
import pytest
import zarr

from napari_shift_unet.errors import OutputError
from napari_shift_unet.images import writing


def _names(folder):
    return sorted(path.name for path in folder.iterdir())


def _write(target, text="new", error=None):
    with writing(target) as temporary:
        temporary.write_text(text)
        if error is not None:
            raise error


def _store(target, value, error=None):
    with writing(target) as temporary:
        zarr.create_array(temporary, data=np.array([value]))
        if error is not None:
            raise error


def _stored(target):
    return zarr.open_array(target, mode="r")[0]


def test_a_file_appears_under_its_name_when_it_is_whole(tmp_path):
    target = tmp_path / "labels.tif"
    with writing(target) as temporary:
        temporary.write_text("new")
        assert temporary.parent == tmp_path
        assert temporary.suffix == ".tif"
        assert not target.exists()
    assert target.read_text() == "new"
    assert _names(tmp_path) == ["labels.tif"]


def test_a_file_is_replaced(tmp_path):
    target = tmp_path / "a.csv"
    target.write_text("old")
    _write(str(target))
    assert target.read_text() == "new"
    assert _names(tmp_path) == ["a.csv"]


@pytest.mark.parametrize("raised", [ValueError("bug"), KeyboardInterrupt()])
def test_an_exception_leaves_the_old_file_and_nothing_else(tmp_path, raised):
    target = tmp_path / "a.csv"
    target.write_text("old")
    with pytest.raises(type(raised)):
        _write(target, "half", raised)
    assert target.read_text() == "old"
    assert _names(tmp_path) == ["a.csv"]


def test_a_full_disk_leaves_nothing(tmp_path):
    def fill(path):
        with writing(path) as temporary:
            temporary.write_text("half")
            with Path("/dev/full").open("wb", buffering=0) as full:
                full.write(b"more")

    with pytest.raises(OutputError, match=r"a\.csv cannot be written: the disk is full"):
        fill(tmp_path / "a.csv")
    assert _names(tmp_path) == []


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (errno.EROFS, "read-only"),
        (errno.EACCES, "not permitted"),
        (errno.EDQUOT, "quota"),
        (errno.EIO, "Input/output error. Check the target"),
    ],
)
def test_errors_of_the_system_are_said_plainly(tmp_path, number, message):
    with pytest.raises(OutputError, match=message):
        _write(tmp_path / "a.csv", error=OSError(number, os.strerror(number)))


def test_a_rename_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    target = tmp_path / "a.csv"
    target.write_text("old")

    def refuse(*_):
        raise PermissionError(errno.EACCES, "no")

    monkeypatch.setattr("napari_shift_unet.images.atomic.os.replace", refuse)
    with pytest.raises(OutputError, match="not permitted"):
        _write(target)
    assert target.read_text() == "old"
    assert _names(tmp_path) == ["a.csv"]


def test_a_missing_folder_is_named_before_any_work(tmp_path):
    work = ValueError("work began")
    with pytest.raises(OutputError, match=r"there is no folder .*nowhere\. Create it"):
        _write(tmp_path / "nowhere" / "a.csv", error=work)


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "file").write_text("old")
    with pytest.raises(OutputError, match="there is no folder"):
        _write(tmp_path / "file" / "a")
    assert (tmp_path / "file").read_text() == "old"


def test_a_folder_that_takes_no_files_is_refused():
    with pytest.raises(OutputError, match=r"/proc/labels\.tif cannot be written"):
        _write("/proc/labels.tif")


def test_writing_nothing_is_an_error(tmp_path):
    with pytest.raises(OutputError, match="No such file"), writing(tmp_path / "a.csv"):
        pass


def test_an_error_of_the_project_passes_through(tmp_path):
    with pytest.raises(OutputError, match=r"^inner$"):
        _write(tmp_path / "a.csv", error=OutputError("inner"))


def test_a_zarr_store_is_replaced_by_another(tmp_path):
    target = tmp_path / "a.zarr"
    for value in (1, 2):
        _store(target, value)
        assert _stored(target) == value
    assert _names(tmp_path) == ["a.zarr"]


def test_a_zarr_store_comes_back_when_the_new_one_cannot_take_its_place(tmp_path, monkeypatch):
    target = tmp_path / "a.zarr"
    _store(target, 1)
    rename = os.replace

    def refuse_the_new_one(source, to):
        if Path(to) == target and "-old-" not in Path(source).name:
            raise OSError(errno.EIO, "broken")
        rename(source, to)

    monkeypatch.setattr("napari_shift_unet.images.atomic.os.replace", refuse_the_new_one)
    with pytest.raises(OutputError, match="broken"):
        _store(target, 2)
    assert _stored(target) == 1
    assert _names(tmp_path) == ["a.zarr"]


def test_an_exception_removes_a_half_written_store(tmp_path):
    with pytest.raises(ValueError, match="bug"):
        _store(tmp_path / "a.zarr", 1, ValueError("bug"))
    assert _names(tmp_path) == []


def test_an_empty_folder_may_be_replaced(tmp_path):
    (tmp_path / "a.zarr").mkdir()
    _store(tmp_path / "a.zarr", 1)
    assert _stored(tmp_path / "a.zarr") == 1


def test_a_folder_of_other_files_is_never_replaced(tmp_path):
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years")
    with pytest.raises(OutputError, match="holds other files"):
        _store(folder, 1)
    assert (folder / "thesis.txt").read_text() == "years"


def test_a_file_does_not_replace_a_store(tmp_path):
    _store(tmp_path / "a.zarr", 1)
    with pytest.raises(OutputError, match="a folder of this name"):
        _write(tmp_path / "a.zarr")
    assert _stored(tmp_path / "a.zarr") == 1


def test_a_link_stays_and_its_target_is_replaced(tmp_path):
    (tmp_path / "there").mkdir()
    real = tmp_path / "there" / "a.csv"
    real.write_text("old")
    link = tmp_path / "a.csv"
    link.symlink_to(real)
    _write(link)
    assert link.is_symlink()
    assert real.read_text() == "new"
