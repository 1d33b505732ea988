"""Memory that runs out in the middle of a run costs time, and no byte of the results."""

from dataclasses import replace

import numpy as np
import pytest

from napari_shift_unet.errors import DeviceError
from napari_shift_unet.large import tasks
from napari_shift_unet.large.store import Store
from napari_shift_unet.networks import load_model
from napari_shift_unet.prediction.runner import OutOfMemory, Runner
from napari_shift_unet.segmentation import SegmentConfig

from .conftest import content

whole_call = Runner.__call__


def short(monkeypatch, most_px, times=None):
    """Let blocks of more pixels find no memory, the first so many times."""
    refused = []

    def call(runner, block, window):
        if block[0].size > most_px and (times is None or len(refused) < times):
            refused.append(window)
            raise (OutOfMemory, MemoryError)[len(refused) % 2]
        return whole_call(runner, block, window)

    monkeypatch.setattr(Runner, "__call__", call)
    return refused


def test_a_moment_without_memory_leaves_no_trace(bench, tmp_path, monkeypatch):
    bench.run(folder=tmp_path / "whole")
    refused = short(monkeypatch, 0, times=1)
    bench.run()
    assert len(refused) == 1
    assert content(bench.folder) == content(tmp_path / "whole")


@pytest.mark.parametrize("crop", ["auto", 15])
def test_smaller_windows_write_the_same_bytes(bench, tmp_path, monkeypatch, crop):
    config = SegmentConfig(tile=16, crop=crop, device="cpu")
    bench.run(folder=tmp_path / "whole", config=config, stored="float16")
    assert (tmp_path / "whole" / "run.json").exists()
    refused = short(monkeypatch, 50 * 50)
    done = bench.run(config=config, stored="float16")
    assert refused[:3] == [(16, 16), (16, 16), (8, 16)]  # the same again, then smaller
    assert done.facts["memory_ran_out"] == {"chunks": done.facts["units"], "tile": [8, 8]}
    found, whole = content(bench.folder), content(tmp_path / "whole")
    del found["run.json"]["memory_ran_out"]
    assert found == whole


def test_no_memory_at_all_is_one_sentence_and_no_end(bench, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        short(patch, 0)
        with pytest.raises(
            DeviceError, match=r"window of \[4, 4\] px, the smallest .* --memory\.$"
        ):
            bench.run()
    bench.run()
    bench.run(folder=tmp_path / "whole")
    assert content(bench.folder) == content(tmp_path / "whole")


def test_a_network_that_tells_windows_apart_gets_no_other(bench, monkeypatch):
    model = load_model(bench.model)
    model = replace(model, footprint=replace(model.footprint, flaws=("it sees the whole tile",)))
    refused = short(monkeypatch, 50 * 50)
    with pytest.raises(DeviceError, match="would return other pixels in a smaller one"):
        bench.run(model=model)
    assert set(refused) == {(16, 16)}


@pytest.mark.parametrize("stage", ["embed", "cut_chunk"])
def test_a_chunk_that_fits_no_memory_is_one_sentence(bench, monkeypatch, stage):
    def full(*_args, **_kwargs):
        raise np._core._exceptions._ArrayMemoryError((9,), np.dtype("f4"))

    place = "opened.embed" if stage == "embed" else f"tasks.{stage}"
    monkeypatch.setattr(f"napari_shift_unet.large.{place}", full)
    with pytest.raises(DeviceError, match=r"ran out in a chunk of \[16, 32\] px\. Close other"):
        bench.run()
    assert not Store(bench.folder).left(tasks.PREDICT, 6)
