"""Which tiles of a plan parts of the image need."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.geometry import TilePlan, UNetSpec, plan_tiles
from napari_shift_unet.geometry.needed import tiles_of
from strategies import plans

Box = tuple[slice, ...]


@given(plans(max_length=40), st.data())
def test_the_tiles_are_those_that_write_to_a_box(plan: TilePlan, data: st.DataObject) -> None:
    boxes: list[Box] = []
    for _ in range(data.draw(st.integers(0, 3))):
        ends = [
            (data.draw(st.integers(-9, n + 9)), data.draw(st.integers(0, n))) for n in plan.shape
        ]
        boxes.append(tuple(slice(start, start + length) for start, length in ends))
    found = tiles_of(plan, boxes)
    image = np.zeros(plan.shape, bool)
    for box in boxes:
        image[tuple(slice(max(0, side.start), max(0, side.stop)) for side in box)] = True
    assert found == [tile for tile in plan if image[tile.target].any()]


def test_nothing_is_needed_for_nothing() -> None:
    plan = plan_tiles((100, 100), UNetSpec(factors=(2, 2)).footprint, 20)
    assert tiles_of(plan, []) == []
    assert tiles_of(plan, [(slice(5, 5), slice(0, 100))]) == []
    assert len(tiles_of(plan, [(slice(0, 1), slice(0, 1))])) == 1
