"""Coordinates are those of the whole image: those of a tile make seams even with legal tiles."""

from dataclasses import replace

import numpy as np
import pytest

from napari_shift_unet.embeddings import ClusterConfig, PixelEmbedding, embed, label_instances
from napari_shift_unet.geometry import TilePlan, UNetSpec, plan_tiles
from napari_shift_unet.networks import Model
from prediction.runs import in_one_pass, stitched
from random_networks import random_model

METHODS = {"semi-convolutional": 3, "spatial-embedding": 4}


def _model(method: str) -> Model:
    spec = UNetSpec(width=4, factors=(2, 2), embedding_dims=METHODS[method], foreground=False)
    model = random_model(spec)
    return replace(model, config=model.config.model_copy(update={"method": method}))


def _embedded_tile_by_tile(
    output: np.ndarray, plan: TilePlan, method: str, local: bool
) -> np.ndarray:
    """Return the embedding put together from tiles, with coordinates of the tile or the image."""
    parts = np.empty((2, *plan.shape), np.float32)
    for tile in plan:
        origin = [0, 0] if local else [start for start, _ in tile.write]
        channels = output[(slice(None), *tile.target)]
        parts[(slice(None), *tile.target)] = embed(channels, method, False, origin).points[:2]
    return parts


@pytest.mark.parametrize("method", METHODS)
def test_only_coordinates_of_the_image_make_tiles_equal_to_the_whole(method: str) -> None:
    model = _model(method)
    pixels = np.random.default_rng(0).random((1, 50, 41), np.float32)
    plan = plan_tiles((50, 41), model.footprint, 20)
    assert plan.legal
    assert len(plan) > 4
    output = stitched(model, pixels, plan)
    whole = embed(in_one_pass(model, pixels), method, False).points[:2]
    right = _embedded_tile_by_tile(output, plan, method, local=False)
    np.testing.assert_allclose(right, whole, atol=1e-4)
    wrong = _embedded_tile_by_tile(output, plan, method, local=True)
    first = next(iter(plan)).target
    np.testing.assert_allclose(
        wrong[(slice(None), *first)], whole[(slice(None), *first)], atol=1e-4
    )
    assert np.abs(wrong - whole).max() > 10
    config = ClusterConfig(bandwidth=8.0, min_size=0)
    seamless, seamed = (
        label_instances(PixelEmbedding(points), config) for points in (right, wrong)
    )
    assert not np.array_equal(seamed, seamless)
