"""Colours that mean something can be told apart with every kind of colour vision."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from napari_shift_unet.gui.canvas.grid import SEAM_COLOUR
from napari_shift_unet.gui.canvas.grid import STYLES as GRID
from napari_shift_unet.gui.canvas.target import CONTEXT, TILES
from napari_shift_unet.gui.compare.legend import COLOURS as DIFFERENCES
from napari_shift_unet.gui.controls.parts import ERROR, GOOD, SIGNS, WARNING
from napari_shift_unet.gui.evaluate.ap_chart import COLOURS as CURVES
from napari_shift_unet.gui.evaluate.wording import COLOURS as OUTCOMES
from napari_shift_unet.gui.inspect.marks import AFTER_COLOUR, BEFORE_COLOUR, heat_colours
from napari_shift_unet.gui.objects.flipping import OF_A, OF_B
from napari_shift_unet.gui.segment.method_lines import STYLES as LINES

# Machado, Oliveira and Fernandes 2009, severity 1, for linear RGB.
VISIONS = {
    "normal": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
PALETTES = {
    "certificates and messages": [GOOD, WARNING, ERROR],
    "outcomes": list(OUTCOMES.values()),
    "differences": list(DIFFERENCES.values()),
    "tiles": [GRID[TILES].colour, GRID[CONTEXT].colour, SEAM_COLOUR],
    "pair": [BEFORE_COLOUR, AFTER_COLOUR],
    "outlines": [OF_A, OF_B],
    "curves": list(CURVES.values()),
    "lines": [style.colour for style in LINES.values()],
}
LEAST = 10
"""CIEDE2000; 2.3 is what can just be seen side by side."""


def seen(rgb, vision):
    """Return what is seen of a colour, in CIELAB."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    left = np.clip(VISIONS[vision] @ linear, 0, 1)
    shown = np.where(left <= 0.0031308, 12.92 * left, 1.055 * left ** (1 / 2.4) - 0.055)
    return rgb2lab(shown)


def rgb_of(colour):
    return np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("palette", PALETTES)
def test_colours_differ(palette, vision):
    for one, other in combinations(PALETTES[palette], 2):
        difference = deltaE_ciede2000(seen(rgb_of(one), vision), seen(rgb_of(other), vision))
        assert difference >= LEAST, (one, other)


@pytest.mark.parametrize("vision", VISIONS)
def test_heat_grows_lighter_with_the_score(vision):
    colours = heat_colours(np.linspace(0, 1, 9))[:, :3]
    light = [seen(colour, vision)[0] for colour in colours]
    assert all(later > earlier for earlier, later in pairwise(light))


def test_messages_are_told_by_signs_too():
    assert len(set(SIGNS.values())) == len(SIGNS) == len({GOOD, WARNING, ERROR})
