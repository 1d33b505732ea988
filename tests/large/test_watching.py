"""Pictures of a run while it goes on."""

import numpy as np
import pytest

from napari_shift_unet.images import read_ome_zarr
from napari_shift_unet.large import Filled, Gaze, UnitDone, View, Watchable, watch_large_events
from napari_shift_unet.large.pyramids import colours_of, levels_of
from napari_shift_unet.large.tasks import CUT, PREDICT
from napari_shift_unet.segmentation import SegmentConfig


@pytest.fixture
def watch(bench, monkeypatch):
    """Begin or go on with a run of 6 chunks, whose pyramids have three levels."""
    monkeypatch.setattr("napari_shift_unet.images.pyramid._SMALLEST_LEVEL", 14)

    def begin(gaze=None):
        config = SegmentConfig(tile=16, device="cpu")
        return watch_large_events(
            bench.image, bench.folder, gaze=gaze or Gaze(), model=bench.model, config=config
        )

    return begin


def is_pyramid(levels, box=(slice(None),) * 2):
    """Whether each level holds every second pixel of the one before."""
    finest = levels[0][...]
    whole = np.zeros(finest.shape, bool)
    whole[..., *box] = True
    return all(
        np.array_equal(
            level[...][whole[..., ::by, ::by]], finest[..., ::by, ::by][whole[..., ::by, ::by]]
        )
        for level, by in zip(levels, (1, 2, 4), strict=True)
    )


def test_what_is_filled_can_be_seen_in_all_resolutions(watch, bench):
    gaze, seen, places = Gaze(), [], {}
    gaze.view = View((), (slice(30, 40), slice(50, 56)))
    for event in watch(gaze):
        if isinstance(event, Watchable):
            places = {"labels": event.labels, "colours": colours_of(event.labels)}
        elif isinstance(event, Filled):
            seen.append(event)
            assert is_pyramid(levels_of(places[event.what]), event.box)
            assert levels_of(places[event.what])[0][..., *event.box].any()
    first = next(event for event in seen if event.what == "colours")
    assert (first.box[0].stop, first.box[1].stop) == (40, 56)
    assert [event.what for event in seen] == ["colours"] * 6 + ["labels"] * 6
    colours, labels = (
        read_ome_zarr(path)
        for path in (bench.folder / "labels.zarr" / "colours", bench.folder / "labels.zarr")
    )
    assert colours.axes == "cyx"
    assert is_pyramid(colours.pyramid)
    assert is_pyramid(labels.pyramid)
    assert (colours.data[3][labels.data[...] > 0] > 127).all()  # small objects have no label


def test_a_run_of_which_all_is_predicted_goes_on(watch, bench):
    events = watch()
    for event in events:
        if isinstance(event, UnitDone) and event.stage == CUT and event.done == 2:
            events.close()
            break
    assert [e.unit for e in watch() if getattr(e, "stage", "") == PREDICT] == [None]
    assert (bench.folder / "labels.zarr").is_dir()


def test_what_was_predicted_but_not_painted_is_painted_later(watch):
    events, done = watch(), []
    for event in events:
        if isinstance(event, UnitDone) and event.stage == PREDICT and event.unit is not None:
            done.append(event.unit)
            if len(done) == 2:
                events.close()
                break
    painted = [
        event.box for event in watch() if isinstance(event, Filled) and event.what == "colours"
    ]
    assert len(painted) == 5
    assert len({str(box) for box in painted}) == 5
