import errno
import os
import shutil

import numpy as np
import pytest
import zarr

from napari_shift_unet.errors import InputError, OutputError
from napari_shift_unet.images import Image
from napari_shift_unet.large import LocalEngine, parse_memory, segment_large
from napari_shift_unet.large.engine import Engine

from .conftest import content


class Disturbed:
    """The local engine, and what happens before its n-th unit of a stage."""

    def __init__(self, stage, before, what):
        self.stage, self.before, self.what = stage, before, what

    def map(self, task, folder, units):
        function = getattr(task, "func", task)
        for number, unit in enumerate(units):
            if function.__name__ == self.stage and number == self.before:
                self.what()
            yield from LocalEngine().map(task, folder, [unit])


def test_an_engine_is_what_maps():
    assert isinstance(LocalEngine(), Engine)


@pytest.mark.parametrize("stage", ["predict", "cut", "relabel"])
def test_a_full_disk_in_the_middle(bench, tmp_path, monkeypatch, stage):
    """One sentence, no labels; with free space the same command ends as if nothing had been."""

    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        engine = Disturbed(stage, 1, lambda: patch.setattr("zarr.Array.__setitem__", full))
        with pytest.raises(OutputError, match="cannot be written: the disk is full"):
            bench.run(engine=engine)
    assert [path.name for path in bench.folder.iterdir()] == [".unfinished"]
    bench.run()
    if stage == "predict":
        bench.run(folder=tmp_path / "whole")
        assert content(bench.folder) == content(tmp_path / "whole")


def test_a_store_that_vanishes_is_not_taken_for_black(bench):
    with pytest.raises(InputError, match=r"image\.zarr is gone"):
        bench.run(engine=Disturbed("predict", 2, lambda: shutil.rmtree(bench.image)))
    assert not (bench.folder / "labels.zarr").exists()


def test_output_of_the_network_that_vanishes_is_noticed(bench):
    chunk = bench.folder / ".unfinished" / "embedding.zarr" / "c" / "0" / "0" / "1"
    with pytest.raises(InputError, match=r"embedding\.zarr has lost the output"):
        bench.run(engine=Disturbed("cut", 0, chunk.unlink))


def test_a_chunk_that_fails_to_read(bench):
    chunk = next(path for path in bench.image.rglob("c/*/*") if path.is_file())
    chunk.write_bytes(b"no zstd")
    with pytest.raises(InputError, match="cannot be read"):
        bench.run()
    assert not bench.folder.exists()


def test_a_read_only_target(bench, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(OutputError, match="is read-only or not yours"):
        bench.run()


@pytest.mark.filterwarnings("ignore:The data type")
def test_an_array_of_objects(tmp_path, seeing):
    image = Image(np.full((8, 9), "cell", object), "yx")
    with pytest.raises(InputError, match="object pixels; numbers are needed"):
        segment_large(image, tmp_path / "out", model=seeing)


def test_a_target_that_holds_something_else(bench):
    (bench.folder / "labels.zarr").mkdir(parents=True)
    (bench.folder / "labels.zarr" / "letter.txt").write_text("dear")
    with pytest.raises(OutputError, match="a folder of this name holds other files"):
        bench.run()
    assert not (bench.folder / ".unfinished").exists()


def test_nan_in_a_lazy_image(tmp_path, seeing):
    pixels = zarr.create_array(tmp_path / "in.zarr", shape=(30, 30), chunks=(8, 8), dtype="f4")
    pixels[:] = np.arange(900).reshape(30, 30)
    pixels[20, 21] = np.nan
    with pytest.raises(InputError, match=r"1 NaN or infinite pixels, the first at \(20, 21\)"):
        segment_large(tmp_path / "in.zarr", tmp_path / "out", model=seeing)


@pytest.mark.parametrize(
    ("text", "size"),
    [("2GiB", 2**31), ("800M", 800 * 2**20), ("1.5 gb", 3 * 2**29), ("67108864", 2**26)],
)
def test_memory_as_people_write_it(text, size):
    assert parse_memory(text) == size


@pytest.mark.parametrize("text", ["much", "-2GiB", "1 MiB", "2 XB"])
def test_memory_that_cannot_be(text):
    with pytest.raises(InputError, match="the memory is"):
        parse_memory(text)
