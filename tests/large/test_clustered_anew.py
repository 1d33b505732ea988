"""A finished run is clustered in another way without being predicted again."""

import json
import shutil

import pytest
import zarr

from napari_shift_unet.images import write_array_zarr
from napari_shift_unet.large import Filled, Gaze, UnitDone, segment_large_events, watch_large_events
from napari_shift_unet.large.store import UNFINISHED
from napari_shift_unet.large.tasks import CUT, PREDICT
from napari_shift_unet.prediction.runner import Runner
from napari_shift_unet.segmentation import SegmentConfig

from .conftest import content, spots

NARROW = {"bandwidth": 3.0}


@pytest.fixture
def finished(bench):
    bench.run(stored="float16")
    return bench


@pytest.fixture
def blind(monkeypatch):
    """No network can be run."""

    def call(*_args):
        pytest.fail("a tile was predicted")

    monkeypatch.setattr(Runner, "__call__", call)


def begin(bench, events=segment_large_events, **changes):
    """Begin to cluster a finished run in another way."""
    how = {"config": SegmentConfig(tile=16, device="cpu"), "clustering": NARROW, **changes}
    return events(bench.image, bench.folder, model=bench.model, **how)


def predicted(events, until=""):
    """Go through a run, or as far as the first unit of a stage; return the units predicted."""
    units = []
    for event in events:
        if isinstance(event, UnitDone) and event.unit is not None:
            units += [event.unit] if event.stage == PREDICT else []
            if event.stage == until:
                break
    events.close()
    return units


def test_the_result_is_that_of_a_new_run(finished, tmp_path, monkeypatch):
    finished.run(stored="float16", folder=tmp_path / "whole", **NARROW)
    stored = finished.folder / "embedding.zarr" / "c" / "0" / "0" / "0"
    before = stored.stat().st_mtime_ns
    with monkeypatch.context() as patch:
        patch.setattr(Runner, "__call__", lambda *_: pytest.fail("a tile was predicted"))
        done = finished.run(stored="float16", **NARROW)
    assert done.facts["clustering"]["bandwidth"] == 3.0
    assert stored.stat().st_mtime_ns == before
    assert content(finished.folder) == content(tmp_path / "whole")


def test_the_finished_run_stays_whole_until_the_new_one_is(finished, blind, tmp_path):
    shutil.copytree(finished.folder, tmp_path / "before")
    assert predicted(begin(finished), until=CUT) == []
    (rest := content(finished.folder)).update(content(tmp_path / "before"))
    assert rest == content(finished.folder)  # all that was there is there, unchanged
    assert (finished.folder / UNFINISHED).is_dir()
    finished.run(stored="float16")  # the first clustering, once more
    assert content(finished.folder) == content(tmp_path / "before")


def test_results_that_were_not_moved_yet_are_clustered_anew(finished, monkeypatch, tmp_path):
    finished.run(stored="float16", folder=tmp_path / "whole", **NARROW)

    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("napari_shift_unet.large.run.move_results", stop)
        with pytest.raises(KeyboardInterrupt):
            finished.run(stored="float16", resume=False)
    monkeypatch.setattr(Runner, "__call__", lambda *_: pytest.fail("a tile was predicted"))
    finished.run(stored="float16", **NARROW)
    assert content(finished.folder) == content(tmp_path / "whole")


def another_image(bench):
    write_array_zarr(bench.image, spots((40, 56), seed=1), "yx", dtype="uint8")


def another_embedding(bench):
    zarr.open_array(bench.folder / "embedding.zarr").attrs["predicted_from"] = "something else"


def no_embedding(bench):
    shutil.rmtree(bench.folder / "embedding.zarr")


def repaired(bench):
    facts = json.loads((bench.folder / "run.json").read_text())
    (bench.folder / "run.json").write_text(json.dumps(facts | {"repair": {}}))


def odd_facts(bench):
    facts = json.loads((bench.folder / "run.json").read_text())
    facts["image"]["intensity_range"] = [["dark", "bright"]]
    (bench.folder / "run.json").write_text(json.dumps(facts))


def no_facts(bench):
    (bench.folder / "run.json").write_text("{")


@pytest.mark.parametrize(
    "change", [another_image, another_embedding, no_embedding, repaired, odd_facts, no_facts]
)
def test_anything_else_is_predicted_again(finished, change):
    change(finished)
    assert predicted(begin(finished)) == list(range(6))


def test_whoever_wants_it_has_it_predicted_again(finished):
    assert len(predicted(begin(finished, resume=False))) == 6
    assert len(predicted(begin(finished, config=SegmentConfig(tile=8, device="cpu")))) > 0


def test_somebody_who_watches_sees_all_colours(finished, blind):
    events = list(begin(finished, events=watch_large_events, gaze=Gaze()))
    seen = [event.what for event in events if isinstance(event, Filled)]
    assert seen == ["colours"] * 6 + ["labels"] * 6
    assert (finished.folder / "labels.zarr" / "colours").is_dir()
