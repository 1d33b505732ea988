"""After a power failure what nobody has waited for may be torn; the same command still goes on."""

import os

import pytest

from napari_shift_unet.large import Gaze, segment_large_events, tasks, watch_large_events
from napari_shift_unet.large.store import JOB, UNFINISHED, Store
from napari_shift_unet.segmentation import SegmentConfig

from .conftest import content

sync = os.fsync


@pytest.fixture
def synced(monkeypatch):
    """What has been waited for: time and size by number of the file."""
    known = {}

    def remembered(handle):
        sync(handle)
        found = os.fstat(handle)
        known[found.st_ino] = (found.st_mtime_ns, found.st_size)

    monkeypatch.setattr(os, "fsync", remembered)
    return known


def tear(folder, synced):
    """Take the content of all files that may not be on the disk; returns their names."""
    torn = []
    for path in (path for path in folder.rglob("*") if path.is_file()):
        found = path.stat()
        if synced.get(found.st_ino) != (found.st_mtime_ns, found.st_size):
            path.write_bytes(b"")
            torn.append(str(path.relative_to(folder)))
    return torn


def begin(bench, events=segment_large_events, **changes):
    config = SegmentConfig(tile=16, device="cpu")
    return events(bench.image, bench.folder, model=bench.model, config=config, **changes)


def fail(events, stage, synced, folder):
    """Go on until the second unit of a stage is done, then let the power fail."""
    for event in events:
        if getattr(event, "stage", "") == stage and event.unit in (1, None) and event.done > 1:
            break
    else:
        pytest.fail(f"{stage} was not reached")
    events.close()
    return tear(folder / UNFINISHED, synced)


@pytest.fixture
def levels(monkeypatch):
    """Labels in three resolutions."""
    monkeypatch.setattr("napari_shift_unet.images.pyramid._SMALLEST_LEVEL", 14)


@pytest.mark.parametrize("stage", [tasks.PREDICT, "seeds", tasks.CUT, tasks.RELABEL, "level-1"])
def test_all_that_is_marked_is_there(bench, tmp_path, synced, levels, stage):
    how = {"clustering": {"method": "greedy-seeds"}}
    torn = fail(begin(bench, **how), stage, synced, bench.folder)
    assert not [name for name in torn if name == JOB or name.endswith("zarr.json")]
    assert bool(Store(bench.folder).left(tasks.PREDICT, 6)) == (stage == tasks.PREDICT)
    for _ in begin(bench, **how):
        pass
    bench.run(folder=tmp_path / "whole", stored="float16", method="greedy-seeds")
    assert content(bench.folder) == content(tmp_path / "whole")


@pytest.mark.parametrize("stage", [tasks.PREDICT, tasks.RELABEL])
def test_pictures_that_were_torn_hinder_nobody(bench, tmp_path, synced, levels, stage):
    how = {"events": watch_large_events, "gaze": Gaze()}
    assert fail(begin(bench, **how), stage, synced, bench.folder)
    for _ in begin(bench, **how):
        pass
    for _ in begin(bench, **{**how, "resume": False}):
        pass


def test_results_are_moved_when_they_are_on_the_disk(bench, tmp_path, synced, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("napari_shift_unet.large.run.move_results", stop)
        with pytest.raises(KeyboardInterrupt):
            bench.run()
    assert tear(bench.folder / UNFINISHED, synced) == []
    bench.run()
    bench.run(folder=tmp_path / "whole")
    assert content(bench.folder) == content(tmp_path / "whole")
