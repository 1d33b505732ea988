import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from napari_shift_unet.sweep import Measurement, Sweep
from napari_shift_unet.sweep.picture import LATTICE, axis_ticks, write_picture


@given(st.floats(0, 1e4), st.floats(0, 1e4))
def test_ticks_are_even_and_hold_the_values(a, b):
    low, high = sorted((a, b))
    ticks = axis_ticks(low, high)
    slack = 1e-6 * (ticks[-1] - ticks[0])
    assert ticks[0] <= low + slack
    assert ticks[-1] >= high - slack
    assert 2 <= len(ticks) <= 8
    assert np.diff(ticks) == pytest.approx(ticks[1] - ticks[0])


@pytest.mark.parametrize(
    ("windows", "period", "lines"),
    [(range(112, 153, 4), (16, 16), 3), (range(40, 65, 4), (4, 8, 8), 4), ([148], (16, 16), 0)],
)
def test_the_multiples_are_marked(tmp_path, windows, period, lines):
    rows = [Measurement(w, "a", 5, 5, w % 16, 0, 0, 0, 0.5) for w in windows]
    settings = {"model": {"name": "tiny"}, "data": "nuclei"}
    write_picture(tmp_path, Sweep(settings, period, tuple(rows)))
    with Image.open(tmp_path / "sweep.png") as picture:
        pixels = np.asarray(picture.convert("RGB")).astype(int)
    assert pixels.shape == (566, 860, 3)
    marked = (np.abs(pixels - LATTICE).sum(axis=-1) < 120).sum(axis=0) > 150
    starts = np.flatnonzero(np.diff(marked.astype(int)) == 1)
    assert len(starts) == lines
