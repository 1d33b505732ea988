import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blobs import blobs
from napari_shift_unet.embeddings.components import split_components
from napari_shift_unet.images import discs, sample_image, sample_names
from napari_shift_unet.seams import AxisTiling, cut_labels
from napari_shift_unet.seams.comb import SMALLEST_TILE
from napari_shift_unet.seams.hidden import Found, find_tiling, label_comb
from napari_shift_unet.seams.hidden import test_tiling as judge_tiling
from napari_shift_unet.seams.parts import measure_profiles

FLAT = blobs((300, 340), radius=7)
SOLID = blobs((50, 90, 100), radius=6)


def _find(labels: np.ndarray) -> list[Found]:
    profiles = measure_profiles([split_components(labels)])
    return find_tiling([label_comb(profile) for profile in profiles], SMALLEST_TILE)


def _tilings(labels: np.ndarray) -> list[AxisTiling | None]:
    return [found.tiling for found in _find(labels)]


@given(st.data())
@settings(max_examples=10)
def test_any_tiling_is_recovered(data):
    truth = data.draw(st.sampled_from([FLAT, SOLID]))
    tilings = []
    for length in truth.shape:
        tile = data.draw(st.integers(16, length // 3))
        offset = data.draw(st.just(0) | st.integers(0, tile - 1))
        moved = data.draw(st.booleans()) and (length - offset) % tile > 0
        tilings.append(AxisTiling(tile, offset, moved))
    found = _find(cut_labels(truth, tilings))
    for tiling, recovered, length in zip(tilings, found, truth.shape, strict=True):
        assert recovered.p_value < 1e-6
        # Nothing crosses a line near the edge, so that a seam there cannot be told from none.
        inner = {x for x in tiling.seams(length) if 10 < x < length - 10}
        assert inner <= set(recovered.tiling.seams(length))


@pytest.mark.parametrize(
    "how",
    [
        {"overlap": 20},
        {"gap": (1, 1)},
        {"gap": (2, 2)},
        {"gap": (0, 1)},
        {"smallest": 40},
        {"gap": (1, 1), "smallest": 60},
    ],
    ids=str,
)
def test_programs_that_leave_gaps_and_lose_pieces(how):
    tilings = [AxisTiling(100), AxisTiling(90, 50, moved=True)]
    assert _tilings(cut_labels(FLAT, tilings, **how)) == tilings


def test_pieces_that_were_eroded():
    cut = cut_labels(FLAT, [AxisTiling(100)] * 2)
    flat = np.zeros_like(cut)
    flat[1:-1, 1:-1] = cut[1:-1, 1:-1]
    for axis in (0, 1):
        for step in (-1, 1):
            flat[np.roll(cut, step, axis) != cut] = 0
    assert _tilings(flat) == [AxisTiling(100)] * 2


def test_tiles_that_number_their_objects_alike():
    cut = cut_labels(FLAT, [AxisTiling(100)] * 2) % 7
    assert _tilings(cut) == [AxisTiling(100)] * 2


@pytest.mark.parametrize("share", [0.5, 0.7])
def test_most_objects_merged_again(share, rng):
    whole = rng.random(FLAT.max() + 1) < share
    cut = cut_labels(FLAT, [AxisTiling(90)] * 2)
    labels = np.where(whole[FLAT] & (FLAT > 0), FLAT, cut + FLAT.max() * (cut > 0))
    assert _tilings(labels) == [AxisTiling(90)] * 2


def test_one_axis_that_is_tiled():
    assert _tilings(cut_labels(SOLID, [None, AxisTiling(45, 20), None])) == [
        None,
        AxisTiling(45, 20),
        None,
    ]


@pytest.mark.parametrize(
    ("tiling", "expected"),
    [(AxisTiling(250), AxisTiling(250)), (AxisTiling(230, 0, True), AxisTiling(230, 0, True))],
)
def test_a_single_seam_belongs_to_a_tiling_from_the_edge(tiling, expected):
    assert _tilings(cut_labels(FLAT, [None, tiling]))[1] == expected


@pytest.mark.parametrize("name", sample_names())
def test_real_objects_are_no_evidence(name):
    _, truth = sample_image(name)
    for found in _find(truth):
        assert found.tiling is None
        assert found.p_value > 0.5


@pytest.mark.parametrize("name", sample_names())
@pytest.mark.parametrize("tiling", [AxisTiling(64), AxisTiling(72, 31, moved=True)])
def test_cut_real_objects_are_found(name, tiling):
    _, truth = sample_image(name)
    assert _tilings(cut_labels(truth, [tiling, tiling])) == [tiling, tiling]


def test_no_false_alarms_on_synthetic_objects():
    images = [blobs((150, 170), seed, radius=4 + seed % 8) for seed in range(12)]
    assert not [found for image in images for found in _find(image) if found.tiling]


@pytest.mark.parametrize(("radius", "spacing"), [(3, 8), (5, 16), (8, 20), (4.5, 13)])
def test_a_regular_array_of_discs_is_no_tiling(radius, spacing):
    _, labels = discs((320, 320), radius, spacing)
    assert _tilings(labels) == [None, None]


ARRAYS = [(3, 9), (5, 16), (8, 20), (4.5, 13)]


@pytest.mark.parametrize(("radius", "spacing"), ARRAYS)
@pytest.mark.parametrize("size", [1, 2])
def test_specks_at_the_same_place_of_each_disc_are_no_evidence(radius, spacing, size, rng):
    _, labels = discs((360, 360), radius, spacing)
    places = np.stack(np.indices(labels.shape)) % spacing
    tips = (places[1] < spacing / 2 - radius + size) & (labels > 0)
    labels[tips & (rng.random(labels.max() + 1) < 0.4)[labels]] += 10_000
    assert all(found.p_value > 0.5 for found in _find(labels))


@pytest.mark.parametrize(("radius", "spacing"), ARRAYS)
@pytest.mark.parametrize("tile", [44, 64])
def test_tiles_that_cut_a_regular_array_are_found(radius, spacing, tile):
    _, labels = discs((360, 360), radius, spacing)
    found = _tilings(cut_labels(labels, [AxisTiling(tile)] * 2, gap=(1, 1)))
    expected = None if tile % spacing == 0 else AxisTiling(tile)
    assert found == [expected, expected]


def test_labels_that_stop_before_the_edge_are_no_evidence():
    labels = FLAT.copy()
    labels[-2:] = labels[:, :1] = 0
    assert _tilings(labels) == [None, None]


def test_an_axis_too_short_to_be_tiled():
    found = _find(FLAT[:7])
    assert found[0] == Found(None, None)
    assert found[1].tiling is None


def test_the_end_of_a_known_tiling_is_found():
    cut = split_components(cut_labels(FLAT, [None, AxisTiling(150, 0, True)]))
    comb = label_comb(measure_profiles([cut])[1])
    assert judge_tiling(comb, 150, 0).tiling == AxisTiling(150, 0, moved=True)
    assert judge_tiling(comb, 150, 0).p_value < 1e-9
    assert judge_tiling(comb, 140, 0).p_value == 1
    assert judge_tiling(comb, 400, 0) == Found(AxisTiling(400), None)
