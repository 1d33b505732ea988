import numpy as np
import pytest

from napari_shift_unet.embeddings import PixelEmbedding
from napari_shift_unet.embeddings.ellipses import Ellipses, sigma_ellipses
from napari_shift_unet.errors import InputError


def phi(point, centre, sigma):
    return np.exp(-np.sum((point - centre) ** 2 / (2 * sigma**2)))


@pytest.mark.parametrize("own_axes", [False, True], ids=["one sigma", "a sigma per axis"])
@pytest.mark.parametrize("shape", [(12, 15), (6, 7, 8)])
def test_the_gaussian_of_an_object_is_one_half_on_its_ellipse(rng, shape, own_axes):
    ndim = len(shape)
    labels = rng.choice([0, 3, 70_000], shape).astype(np.int64)
    points = rng.normal(20, 9, (ndim, *shape))
    sigma = rng.uniform(2, 9, (ndim if own_axes else 1, *shape))
    found = sigma_ellipses(PixelEmbedding(points, None, sigma), labels)
    assert len(found) == 2
    for place, label in enumerate((3, 70_000)):
        centre = points[:, labels == label].mean(axis=1)
        width = sigma[:, labels == label].mean(axis=1)
        np.testing.assert_allclose(found.centres[place], centre)
        for corner in found[np.array([place])].outlines(range(ndim), 12)[:, 0]:
            assert phi(corner, centre, width) == pytest.approx(0.5)


def test_outlines_are_closed_polygons():
    ellipses = Ellipses(np.array([[5.0, 6.0], [50.0, 60.0]]), np.array([[1.0, 2.0], [3.0, 3.0]]))
    edges = ellipses.outlines((0, 1), 8).reshape(2, 8, 2, 2)
    ends = edges[:, :, 0] + edges[:, :, 1]
    np.testing.assert_allclose(ends, np.roll(edges[:, :, 0], -1, axis=1))
    np.testing.assert_allclose(edges[0, :, 0].max(axis=0), [6, 8])


def test_a_cut_lies_on_the_ellipsoid():
    balls = Ellipses(np.array([[5.0, 0, 0], [9.0, 0, 0]]), np.array([[2.0, 4, 6], [2.0, 4, 6]]))
    cut = balls.cut(0, 6.0)
    assert len(cut) == 1
    np.testing.assert_allclose(cut.centres, [[6, 0, 0]])
    np.testing.assert_allclose(cut.radii[:, 1:], [[4 * np.sqrt(0.75), 6 * np.sqrt(0.75)]])
    for corner in cut.outlines((1, 2), 8)[:, 0]:
        assert np.sum(((corner - [5, 0, 0]) / [2, 4, 6]) ** 2) == pytest.approx(1)
    assert balls.centres[0, 0] == 5
    assert len(balls.cut(0, 12)) == 0


def test_three_axes_give_three_great_circles_and_one_gives_none():
    ball = Ellipses(np.zeros((1, 3)), np.ones((1, 3)))
    assert len(ball.outlines((0, 1, 2), 10)) == 30
    assert ball.outlines((0,), 10).shape == (0, 2, 3)


def test_what_is_on_the_screen_is_chosen_and_the_largest_of_it():
    found = Ellipses(np.array([[0.0, 0], [9, 0], [9, 90]]), np.array([[2.0, 2], [1, 3], [3, 4]]))
    np.testing.assert_array_equal(found.reaching(1, 3.0, 80).centres, [[9, 0]])
    np.testing.assert_array_equal(found.reaching(0, -9, -2).centres, [[0, 0]])
    np.testing.assert_array_equal(found.largest(2).centres, [[9, 90], [0, 0]])


def test_a_plane_of_a_film_is_half_a_pixel_thick():
    pixels = PixelEmbedding(np.full((2, 3, 4), 6.0), None, np.ones((1, 3, 4)))
    found = sigma_ellipses(pixels, np.ones((3, 4), np.int32), plane=(7,))
    np.testing.assert_array_equal(found.centres, [[7, 6, 6]])
    assert len(found.cut(0, 7)) == 1
    np.testing.assert_allclose(found.cut(0, 7).radii[:, 1:], found.radii[:, 1:])
    assert len(found.cut(0, 8)) == 0


def test_without_objects_there_are_no_ellipses():
    pixels = PixelEmbedding(np.zeros((2, 3, 4)), None, np.ones((1, 3, 4)))
    found = sigma_ellipses(pixels, np.zeros((3, 4), np.int32))
    assert len(found) == 0
    assert found.outlines((0, 1), 8).shape == (0, 2, 2)


def test_an_embedding_without_sigma_is_refused():
    with pytest.raises(InputError, match="no sigma"):
        sigma_ellipses(PixelEmbedding(np.zeros((2, 3, 4))), np.ones((3, 4), np.int32))
