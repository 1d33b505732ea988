import numpy as np
import pytest
from napari.layers import Labels, Shapes

from napari_shift_unet.errors import InputError
from napari_shift_unet.gui.train.drawn_mask import drawn_mask

BOX = np.array([[2, 3], [2, 8], [6, 8], [6, 3]])


def _shapes(corners, kind="rectangle", **place):
    return Shapes([np.asarray(corners, float)], shape_type=kind, **place)


def test_a_rectangle_covers_its_pixels():
    mask = drawn_mask(_shapes(BOX), Labels(np.zeros((12, 12), int)))
    assert mask[2:7, 3:9].all()
    assert mask.sum() == 5 * 6


def test_pixel_sizes_and_places_count():
    labels = Labels(np.zeros((12, 12), int), scale=(0.5, 0.5), translate=(10, 20))
    drawn = _shapes(BOX * 0.5 + [10, 20])
    assert drawn_mask(drawn, labels)[2:7, 3:9].all()
    scaled = _shapes(BOX / 4, scale=(2, 2), translate=(10, 20))
    np.testing.assert_array_equal(drawn_mask(scaled, labels), drawn_mask(drawn, labels))


def test_a_shape_counts_for_the_plane_it_was_drawn_on():
    labels = Labels(np.zeros((4, 12, 12), int))
    on_plane = np.insert(BOX, 0, 2, axis=1)
    mask = drawn_mask(_shapes(on_plane), labels)
    assert mask[2, 2:7, 3:9].all()
    assert not mask[[0, 1, 3]].any()
    assert drawn_mask(_shapes(BOX), labels)[:, 2:7, 3:9].all(), "without a plane for all"


def test_an_ellipse_is_round():
    corners = [[0, 0], [0, 40], [40, 40], [40, 0]]
    mask = drawn_mask(_shapes(corners, "ellipse"), Labels(np.zeros((50, 50), int)))
    assert mask.sum() == pytest.approx(np.pi * 20**2, rel=0.02)


@pytest.mark.parametrize(
    "shapes",
    [
        Shapes(),
        _shapes([[1, 1], [5, 5]], "line"),
        _shapes(BOX + 50),
        _shapes([[9, *p] for p in BOX]),
    ],
    ids=["none", "line", "outside", "on another plane"],
)
def test_nothing_drawn_is_refused(shapes):
    size = (4, 12, 12) if shapes.ndim == 3 else (12, 12)
    with pytest.raises(InputError, match="no rectangle, polygon or ellipse on the labels"):
        drawn_mask(shapes, Labels(np.zeros(size, int)))
