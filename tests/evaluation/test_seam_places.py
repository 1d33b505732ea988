import pytest

from napari_shift_unet.evaluation.seam_places import seams_of_run


@pytest.mark.parametrize(
    ("crop", "seams"),
    [
        ([4, 20], [(), (4, 8), ()]),
        ([1, 4, 4], [(1,), (4, 8), (4, 8)]),
        (None, None),
        ([0, 4], None),
        (["x"], None),
        ([1, 1, 1, 1], None),
    ],
)
def test_a_run_says_where_its_tiles_met(crop, seams):
    assert seams_of_run({"crop": crop}, (2, 10, 10)) == seams
