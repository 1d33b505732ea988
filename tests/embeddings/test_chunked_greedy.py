"""Greedy seeds chunk by chunk against those of the whole image."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.embeddings import (
    ChunkGrid,
    ClusterConfig,
    PixelEmbedding,
    label_chunks,
    label_instances,
)
from napari_shift_unet.embeddings.chunked import greedy_search
from napari_shift_unet.embeddings.chunked.greedy_boxes import Boxes
from napari_shift_unet.errors import InputError
from napari_shift_unet.generators import drain

configs = st.builds(
    ClusterConfig,
    method=st.just("greedy-seeds"),
    sigma=st.sampled_from([0.3, 1.0, 4.0]),
    seed_threshold=st.sampled_from([0.0, 0.3, 0.6, 1.0]),
    foreground_threshold=st.sampled_from([0.2, 0.5]),
    assign_rest=st.booleans(),
    split_components=st.booleans(),
    min_size=st.sampled_from([0, 2, 6]),
    by_part=st.booleans(),
)


@st.composite
def grids(draw, longest=(20, 8)):
    """Cuts at any places, also into chunks of one pixel, in 2D and 3D."""
    ndim = draw(st.sampled_from((2, 3)))
    lengths = st.lists(st.integers(1, 8), min_size=1, max_size=3)
    sides = lengths.filter(lambda sizes: sum(sizes) <= longest[ndim - 2])
    return ChunkGrid(tuple(tuple(draw(sides)) for _ in range(ndim)))


def displaced(seed, shape, sigma):
    """Pixels that point at centres near and far, with many ties of their scores."""
    rng = np.random.default_rng(seed)
    centres = rng.uniform(0, shape, (rng.integers(1, 9), len(shape)))
    pixels = np.stack(np.indices(shape), axis=-1)
    own = centres[rng.integers(0, len(centres), shape)]
    nearest = ((pixels[..., None, :] - centres) ** 2).sum(-1).argmin(-1)
    own = np.where(rng.random((*shape, 1)) < 0.8, centres[nearest], own)
    part = rng.choice([0.3, 0.8, 1.0])
    points = pixels + part * (own - pixels) + rng.normal(0, rng.choice([0.1, 1.0]), own.shape)
    steps = rng.choice([3, 10, 1000])
    confidence = np.round(rng.random(shape) * steps) / steps
    width = rng.choice([0.2, 1.0, 6.0]) * np.exp(rng.normal(0, 0.5, (sigma or 1, *shape)))
    return PixelEmbedding(
        np.moveaxis(points, -1, 0).astype(np.float32),
        confidence.astype(np.float32),
        width.astype(np.float32) if sigma else None,
    )


def in_chunks(pixels, grid, config):
    labels = np.full(grid.shape, 77, np.int32)
    count = drain(label_chunks(lambda box: pixels[box], grid, config, labels))
    assert count == labels.max()
    return labels


@given(st.integers(0, 2**32 - 1), grids(), configs, st.sampled_from(["none", "one", "all"]))
def test_chunks_give_the_labels_of_the_whole(seed, grid, config, sigmas):
    sigma = {"none": 0, "one": 1, "all": len(grid.shape)}[sigmas]
    pixels = displaced(seed, grid.shape, sigma)
    whole = label_instances(pixels, config)
    np.testing.assert_array_equal(in_chunks(pixels, grid, config), whole)


@given(st.integers(0, 2**32 - 1), grids((12, 6)), configs)
def test_what_is_decided_on_the_way_is_right(seed, grid, config):
    """Open pixels are looked at after each chunk, instead of when they are many."""
    pixels = displaced(seed, grid.shape, 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(greedy_search, "FEWEST", 0)
        labels = in_chunks(pixels, grid, config)
    np.testing.assert_array_equal(labels, label_instances(pixels, config))


def test_an_embedding_without_places_is_grouped_too(rng):
    """Look-alikes are of one object wherever they are, as in a discriminative embedding."""
    kinds = rng.integers(0, 4, (12, 15))
    points = rng.normal(0, 0.05, (2, 12, 15)) + rng.uniform(-5, 5, (2, 4))[:, kinds]
    pixels = PixelEmbedding(points.astype(np.float32), rng.random((12, 15)).astype(np.float32))
    config = ClusterConfig(method="greedy-seeds", split_components=False, min_size=0)
    whole = label_instances(pixels, config)
    assert whole.max() > 1
    grid = ChunkGrid.regular((12, 15), (5, 4))
    np.testing.assert_array_equal(in_chunks(pixels, grid, config), whole)


def test_too_many_undecided_pixels_are_refused(monkeypatch):
    monkeypatch.setattr(greedy_search, "FEWEST", 0)
    monkeypatch.setattr(greedy_search, "MOST_OPEN", 3)
    pixels = PixelEmbedding(np.zeros((1, 2, 4), np.float32), np.full((2, 4), 0.9, np.float32))
    with pytest.raises(InputError, match=r"4 pixels may be seeds .* Use mean-shift"):
        in_chunks(pixels, ChunkGrid(((2,), (2, 2))), ClusterConfig(method="greedy-seeds"))


@pytest.mark.parametrize("confidence", [0.0, 0.4])
def test_no_foreground_and_no_seeds_give_no_objects(confidence):
    config = ClusterConfig(method="greedy-seeds", foreground_threshold=0.3)
    pixels = PixelEmbedding(np.zeros((2, 4, 4), np.float32), np.full((4, 4), confidence, "f4"))
    assert not in_chunks(pixels, ChunkGrid.regular((4, 4), (3, 2)), config).any()


def test_there_must_be_a_confidence():
    pixels = PixelEmbedding(np.zeros((2, 4, 4), np.float32))
    with pytest.raises(InputError, match="neither"):
        in_chunks(pixels, ChunkGrid(((4,), (4,))), ClusterConfig(method="greedy-seeds"))


def test_nan_in_the_foreground_is_refused():
    pixels = PixelEmbedding(np.zeros((2, 4, 6), np.float32), np.ones((4, 6), np.float32))
    pixels.points[0, 2, 4] = np.nan
    with pytest.raises(InputError, match="is NaN"):
        in_chunks(pixels, ChunkGrid(((4,), (3, 3))), ClusterConfig(method="greedy-seeds"))


@given(st.integers(0, 2**32 - 1), st.integers(0, 40), st.integers(1, 3))
def test_boxes_that_meet(seed, n, dims):
    rng = np.random.default_rng(seed)
    lows = rng.integers(0, 9, (n, dims)).astype(float)
    highs = lows + rng.integers(0, 4, (n, dims))
    boxes = Boxes.sort(lows, highs)
    low = rng.integers(0, 9, dims).astype(float)
    for high in (low, low + 2, low - np.inf):
        meets = ((lows <= high) & (highs >= low)).all(axis=1)
        np.testing.assert_array_equal(boxes.meeting(low, high), np.flatnonzero(meets))
