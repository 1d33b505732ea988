"""Intensities that are measured in units are those of the whole image."""

from functools import partial
from unittest.mock import patch

import numpy as np
import pytest
import zarr
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_shift_unet.errors import InputError
from napari_shift_unet.images import Image, measure_channels, select, write_array_zarr
from napari_shift_unet.large import UnitDone, segment_large, segment_large_events
from napari_shift_unet.large.intensities import MEASURE
from napari_shift_unet.large.store import Store
from napari_shift_unet.segmentation import SegmentConfig, segment
from seeing_model import write_seeing_model

from .conftest import spots, store_in_bands

ARRAYS, UNITS = "napari_shift_unet.images.arrays", "napari_shift_unet.large.intensities"
SAMPLED = "napari_shift_unet.images.tallies.SAMPLE_PIXELS"
SHAPE = (2, 3, 20, 30)
"""Axes tcyx."""


@pytest.fixture(scope="module")
def of_two(tmp_path_factory):
    """A model of two channels."""
    return write_seeing_model(tmp_path_factory.mktemp("two") / "two.safetensors", in_channels=2)


def measured(image, folder, model, channel):
    """Begin a run; return its units of this stage, and the ranges that they gave."""
    config = SegmentConfig(tile=16, device="cpu", channel=channel)
    events = segment_large_events(image, folder, model=model, config=config)
    units = []
    for event in events:
        if isinstance(event, UnitDone) and event.stage != MEASURE:
            break
        units += [event.unit] if isinstance(event, UnitDone) and event.unit is not None else []
    events.close()
    return units, Store(folder).read_job().normalisation


@settings(max_examples=5)
@given(
    dtype=st.sampled_from(["u1", "u2", "i4", "f4"]),
    chunks=st.tuples(*(st.integers(-(-n // 3), n) for n in SHAPE)),
    channel=st.permutations([0, 1, 2]),
    block=st.integers(60, 700),
    unit=st.integers(60, 900),
    most=st.integers(20, 1500),
)
def test_any_chunks_and_channels(
    of_two, tmp_path_factory, dtype, chunks, channel, block, unit, most
):
    pixels = (spots(SHAPE) * 37.7).astype(dtype)
    wanted = tuple(channel[:2])
    stored = Image(zarr.create_array({}, data=pixels, chunks=chunks), "tcyx")
    with patch(SAMPLED, most):
        whole = measure_channels(select(Image(pixels, "tcyx"), 2, wanted), 0.0, 100.0)
        with patch(f"{ARRAYS}.BLOCK_PIXELS", block), patch(f"{UNITS}.UNIT_PIXELS", unit):
            units, found = measured(stored, tmp_path_factory.mktemp("any"), of_two, wanted)
    assert found == tuple((n.low, n.high) for n in whole)
    assert units == list(range(len(units)))
    assert len(units) % 2 == 0


@pytest.mark.parametrize("wrong", [np.nan, np.inf, None])
def test_what_cannot_be_used_is_refused_as_in_a_small_run(tmp_path, seeing, monkeypatch, wrong):
    monkeypatch.setattr(f"{UNITS}.UNIT_PIXELS", 64)
    pixels = np.zeros((30, 30), np.float32)
    if wrong is not None:
        pixels[20:24, 21] = wrong
    array = zarr.create_array({}, data=pixels, chunks=(8, 8))
    monkeypatch.setattr(f"{ARRAYS}.BLOCK_PIXELS", 64)
    said = []
    large = partial(segment_large, Image(array, "yx"), tmp_path / "out")
    for way in (large, partial(segment, Image(pixels, "yx"))):
        with pytest.raises(InputError) as error:
            way(model=seeing)
        said.append(str(error.value))
    assert said[0] == said[1]
    assert not (tmp_path / "out").exists()


def test_it_goes_on_where_it_was_stopped(bench, monkeypatch):
    store_in_bands(bench.image)
    monkeypatch.setattr(f"{UNITS}.UNIT_PIXELS", 1)
    monkeypatch.setattr(f"{ARRAYS}.BLOCK_PIXELS", 600)

    def begin(model=bench.model):
        config = SegmentConfig(tile=16, device="cpu")
        return segment_large_events(
            bench.image, bench.folder, model=model, config=config, clustering={"bandwidth": 9.0}
        )

    events = begin()
    assert next(e.done for e in events if isinstance(e, UnitDone) and e.unit == 1) == 2
    events.close()
    assert Store(bench.folder).read_job().normalisation == ()
    monkeypatch.setattr(f"{ARRAYS}.BLOCK_PIXELS", 9000)  # what was begun decides
    told = [(e.unit, e.total) for e in begin() if getattr(e, "stage", "") == MEASURE]
    assert told == [(None, 4), (2, 4), (3, 4)]


def test_a_run_of_which_nothing_was_done_is_no_obstacle(bench):
    events = segment_large_events(bench.image, bench.folder, model=bench.model)
    next(events)
    events.close()
    write_array_zarr(bench.image, spots((40, 56), seed=3), "yx", dtype="uint8")
    assert bench.run().facts["objects"] > 5
