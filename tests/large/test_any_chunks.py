from functools import cache
from unittest.mock import patch

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_shift_unet.geometry import plan_tiles
from napari_shift_unet.images import Image, select
from napari_shift_unet.large import segment_large
from napari_shift_unet.large.layout import Layout, chunk_for
from napari_shift_unet.networks import load_model
from napari_shift_unet.segmentation import SegmentConfig, segment

from .conftest import labels_of, spots

IMAGE = spots((40, 56))


@settings(max_examples=4)
@given(
    tile=st.tuples(*[st.sampled_from([16, 20, 36])] * 2),
    pixels=st.integers(1, 40 * 56),
    method=st.sampled_from(["mean-shift", "greedy-seeds"]),
)
def test_any_chunks_and_tiles_give_the_labels_of_the_whole(
    seeing, tmp_path_factory, tile, pixels, method
):
    config = SegmentConfig(tile=tile, device="cpu")
    folder = tmp_path_factory.mktemp("any")
    with patch("napari_shift_unet.large.preparing.chunk_pixels", lambda _: pixels):
        segment_large(IMAGE, folder, model=seeing, config=config, stored="float32", method=method)
    np.testing.assert_array_equal(labels_of(folder), _whole(seeing, method))


@cache
def _whole(model, method):
    return segment(IMAGE, model=model, device="cpu", method=method).labels


@settings(max_examples=20)
@given(
    shape=st.tuples(st.integers(1, 2), st.integers(1, 50), st.integers(1, 50)),
    tile=st.tuples(*[st.integers(9, 30)] * 2),
    pixels=st.integers(1, 2500),
)
def test_units_cover_every_plane_once_and_their_tiles_cover_them(seeing, shape, tile, pixels):
    footprint = load_model(seeing).footprint
    image = Image(np.broadcast_to(np.zeros((), np.uint8), shape), "zyx")
    plan = plan_tiles(shape[1:], footprint, tile)
    chunk = chunk_for(plan, pixels)
    layout = Layout(select(image, 2), plan, chunk)
    assert all(c % crop == 0 for c, crop in zip(chunk, plan.crop, strict=True))
    assert chunk == plan.crop or np.prod(chunk) <= pixels
    seen = np.zeros(shape, int)
    for number in range(len(layout)):
        unit = layout.unit(number)
        assert layout.plane_of(number) == unit.plane[0]
        seen[layout.place(unit)] += 1
        inside = np.zeros(shape[1:], int)
        for tile_ in layout.tiles(unit):
            inside[tile_.target] += 1
        assert inside.sum() == inside[unit.box].sum() == inside[unit.box].size
    assert (seen == 1).all()
