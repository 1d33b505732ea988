import json

import numpy as np
import pytest
import tifffile

from napari_shift_unet.errors import DeviceError, InputError
from napari_shift_unet.generators import drain
from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.sweep import Measured, SweepConfig, run, sweep_events
from random_networks import random_model

SPEC = UNetSpec(width=2, factors=(2, 2))


@pytest.fixture
def data(tmp_path, rng):
    """Two images of 30 x 40 px with two objects each."""
    for name in ("images", "masks"):
        (tmp_path / "data" / name).mkdir(parents=True)
    masks = np.zeros((30, 40), np.uint8)
    masks[4:10, 4:12], masks[15:25, 20:30] = 1, 2
    for index in range(2):
        pixels = 60 * (masks > 0) + rng.integers(10, 50, masks.shape)
        tifffile.imwrite(tmp_path / "data" / "images" / f"{index}.tif", pixels.astype(np.uint8))
        tifffile.imwrite(tmp_path / "data" / "masks" / f"{index}.tif", masks)
    return tmp_path / "data"


def test_windows_on_the_lattice_give_the_same(data, tmp_path):
    config = SweepConfig(windows=(8, 12, 13, 16), device="cpu")
    events = list(sweep_events(data, random_model(SPEC), tmp_path / "o", config))
    rows = [event.row for event in events if isinstance(event, Measured)]
    assert [(row.window, row.image) for row in rows[:3]] == [(8, "0"), (8, "1"), (12, "0")]
    assert [event.done for event in events if isinstance(event, Measured)] == list(range(1, 9))
    on_lattice = {
        (row.image, row.found, row.false_splits, row.ap) for row in rows if row.window % 4 == 0
    }
    assert len(on_lattice) == 2, "one result per image, whatever the window"


def test_what_is_finished_stays_when_a_sweep_is_closed(data, tmp_path):
    config = SweepConfig(windows=(8, 12), device="cpu")
    events = sweep_events(data, random_model(SPEC), tmp_path / "o", config)
    next(event for event in events if isinstance(event, Measured) and event.done == 3)
    events.close()
    assert len((tmp_path / "o" / "images.csv").read_text().splitlines()) == 4
    assert len((tmp_path / "o" / "sweep.csv").read_text().splitlines()) == 2
    assert not (tmp_path / "o" / "sweep.png").exists()
    found = drain(sweep_events(data, random_model(SPEC), tmp_path / "o", config))
    assert [point.window for point in found.points] == [8, 12]
    assert found.contrast is None
    assert json.loads((tmp_path / "o" / "sweep.json").read_text()) == found.facts


def test_a_mask_of_another_size(data, tmp_path):
    tifffile.imwrite(data / "masks" / "0.tif", np.ones((30, 41), np.uint8))
    config = SweepConfig(windows=(8,), device="cpu")
    with pytest.raises(InputError, match="Give the mask of this image"):
        drain(sweep_events(data, random_model(SPEC), tmp_path / "o", config))


def test_a_window_that_memory_does_not_hold_is_no_result(data, tmp_path, monkeypatch):
    embed_image = run.embed_image

    def backed_off(image, model, config):
        return embed_image(image, model, config.model_copy(update={"tile": 6}))

    monkeypatch.setattr(run, "embed_image", backed_off)
    config = SweepConfig(windows=(8,), device="cpu")
    with pytest.raises(DeviceError, match="memory ran out at an output window of 8 px"):
        drain(sweep_events(data, random_model(SPEC), tmp_path / "o", config))
