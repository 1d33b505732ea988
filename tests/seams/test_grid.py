import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.errors import InputError
from napari_shift_unet.seams import AxisTiling

TILINGS = st.integers(1, 60).flatmap(
    lambda tile: st.builds(AxisTiling, st.just(tile), st.integers(0, tile - 1), st.booleans())
)


@given(TILINGS, st.integers(1, 200))
def test_seams_are_where_a_later_tile_overwrites_an_earlier_one(tiling, length):
    starts = list(range(tiling.offset - tiling.tile, length, tiling.tile))
    if tiling.moved:
        starts[-1] = min(starts[-1], length - tiling.tile)
    owner = [0] * length
    for number, start in enumerate(starts):
        for x in range(max(0, start), min(length, start + tiling.tile)):
            owner[x] = number
    expected = [x for x in range(1, length) if owner[x] != owner[x - 1]]
    assert list(tiling.seams(length)) == expected


@pytest.mark.parametrize(("tile", "offset"), [(0, 0), (-3, 0), (10, 10), (10, -1)])
def test_what_is_no_tiling(tile, offset):
    with pytest.raises(InputError, match="a tile has at least 1 px"):
        AxisTiling(tile, offset)
