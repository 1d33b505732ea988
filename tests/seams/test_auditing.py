import json

import numpy as np
import pytest

from blobs import blobs
from napari_shift_unet.errors import InputError
from napari_shift_unet.seams import AxisTiling, Seam, audit, cut_labels

TRUTH = blobs((200, 230), radius=8)
TILINGS = [AxisTiling(70), AxisTiling(64, 20)]
CUT = cut_labels(TRUTH, TILINGS)


def _pieces(labels: np.ndarray) -> set[tuple[int, int]]:
    """Return the ids that are one true object."""
    pairs = np.unique(np.stack([TRUTH[labels > 0], labels[labels > 0]]), axis=1).T
    return {
        (a, b) for first, a in pairs.tolist() for second, b in pairs.tolist() if first == second
    }


def test_facts_are_json_with_the_keys_of_the_command():
    facts = json.loads(json.dumps(audit(CUT).facts))
    assert list(facts) == ["tile", "offset", "p_value", "seams", "pairs"]
    assert (facts["tile"], facts["offset"]) == ([70, 64], [0, 20])
    assert max(facts["p_value"]) < 1e-6
    assert [(seam["axis"], seam["position"]) for seam in facts["seams"]] == [
        (0, 70),
        (0, 140),
        (1, 20),
        (1, 84),
        (1, 148),
        (1, 212),
    ]
    assert set(facts["seams"][0]) == {"axis", "position", "score", "p_value", "split_pairs"}
    assert set(facts["pairs"][0]) == {
        "label_a",
        "label_b",
        "axis",
        "position",
        "contact_px",
        "score",
    }


def test_pairs_are_the_pieces_of_objects():
    found = audit(CUT)
    scores = [pair.score for pair in found.pairs]
    assert scores == sorted(scores, reverse=True)
    pieces = _pieces(CUT)
    split = [pair for pair in found.pairs if pair.score >= 0.5]
    assert np.mean([(pair.label_a, pair.label_b) in pieces for pair in split]) > 0.95
    assert len(split) == sum(seam.split_pairs for seam in found.seams) > 20
    assert all(seam.score == 1 for seam in found.seams if seam.split_pairs)
    for pair in split:
        y, x = (round(at - 0.5) for at in pair.centre)
        near = CUT[max(0, y - 8) : y + 9, max(0, x - 8) : x + 9]
        assert {pair.label_a, pair.label_b} <= set(near.ravel().tolist())


def test_no_evidence_no_seams():
    found = audit(TRUTH)
    assert found.facts == {
        "tile": [None, None],
        "offset": [None, None],
        "p_value": [1.0, 1.0],
        "seams": [],
        "pairs": [],
    }


def test_a_given_tiling_without_seams():
    found = audit(TRUTH, tile=70)
    assert found.p_value == (1.0, 1.0)
    assert found.facts["tile"] == [70, 70]
    assert len(found.seams) == 5
    assert sum(seam.split_pairs for seam in found.seams) <= 1
    assert min(seam.p_value for seam in found.seams) == 1
    assert max(seam.score for seam in found.seams) < 0.2


def test_a_given_tiling_per_axis():
    found = audit(CUT, tile=(70, 64), offset=(0, 20))
    assert found.tilings == tuple(TILINGS)
    assert max(found.p_value) < 1e-9
    assert sum(seam.p_value < 0.01 for seam in found.seams) >= 4
    whole = audit(CUT, tile=(200, 230))
    assert whole.seams == ()
    assert whole.p_value == (None, None)


def test_frames_are_tiled_alike_and_searched_together():
    few = np.stack([cut_labels(blobs((90, 150), seed, 6, 0.15), TILINGS) for seed in range(8)])
    found = audit(few, axes="tyx")
    assert found.tilings[0] is None
    assert found.tilings[2] == TILINGS[1]
    assert found.p_value[0] is None
    assert found.p_value[2] < min(audit(frame).p_value[1] for frame in few)
    pair = found.pairs[0]
    frame = few[int(pair.centre[0])]
    assert {pair.label_a, pair.label_b} <= set(np.unique(frame).tolist())


def test_volumes_and_stacks_of_planes():
    solid = blobs((40, 80, 90), radius=6)
    found = audit(cut_labels(solid, [AxisTiling(15), AxisTiling(35), AxisTiling(40)]))
    assert [tiling.tile for tiling in found.tilings] == [15, 35, 40]
    planes = np.stack([plane + 1000 * z * (plane > 0) for z, plane in enumerate([CUT] * 5)])
    found = audit(planes)
    assert found.tilings == (None, *TILINGS)


def _embedding(labels: np.ndarray, jump: float) -> np.ndarray:
    """A place of its own for each true object, with a step across every seam."""
    rng = np.random.default_rng(0)
    places = rng.normal(0, 4, (2, TRUTH.max() + 1))[:, TRUTH]
    tile = 1 * (np.arange(200)[:, None] >= 70) + (np.arange(230) >= 84)
    return (places + rng.normal(0, 0.1, places.shape) + jump * tile).astype(np.float32)


def test_an_embedding_tells_how_far_it_jumps():
    found = audit(TRUTH, tile=(140, 168), offset=(70, 84), embedding=_embedding(TRUTH, 2.0))
    assert list(found.facts)[-1] == "embedding"
    for jump, p_value in zip(found.jumps, found.p_value, strict=True):
        assert jump.ratio > 1.5
        assert jump.p_value < 0.02
        assert p_value == pytest.approx(min(1, 2 * jump.p_value))
    assert min(seam.p_value for seam in found.seams) < 0.05
    flat = audit(TRUTH, tile=(140, 168), offset=(70, 84), embedding=_embedding(TRUTH, 0.0))
    assert max(jump.ratio for jump in flat.jumps) < 1.5


def test_pieces_alike_in_the_embedding_score_higher():
    embedding = _embedding(CUT, 0.0)
    for_sure = {
        (pair.label_a, pair.label_b, pair.position): pair.score
        for pair in audit(CUT, embedding=embedding).pairs
    }
    pieces = _pieces(CUT)
    compared = 0
    for pair in audit(CUT).pairs:
        if (pair.label_a, pair.label_b) in pieces:
            assert for_sure[pair.label_a, pair.label_b, pair.position] > pair.score
            compared += 1
    assert compared > 20


def test_tiles_are_searched_for_in_the_embedding_too():
    tiles = np.searchsorted([45, 90, 135, 180, 225], np.arange(230), side="right") % 2
    jumping = np.random.default_rng(0).normal(0, 0.1, (1, 200, 230)) + tiles
    assert audit(TRUTH, embedding=jumping).tilings == (None, AxisTiling(45))
    assert audit(CUT, embedding=jumping * 0).tilings == tuple(TILINGS)


@pytest.mark.parametrize(
    ("labels", "options", "message"),
    [
        (TRUTH.astype(float), {}, "the labels are float64; whole numbers are needed"),
        (-TRUTH, {}, "the labels go down to -"),
        (TRUTH * 0, {}, "the labels hold no object"),
        (TRUTH == 3, {}, "the labels hold one object"),
        ((TRUTH == 3) * 3, {}, "the labels hold one object"),
        (TRUTH.astype(np.int64) + 2**31, {}, "the labels go up to 2147"),
        (TRUTH[:0], {}, "the labels are empty"),
        (np.stack([TRUTH] * 3, axis=-1), {"axes": "yxs"}, "the labels have the axes 'yxs'"),
        (TRUTH, {"embedding": np.zeros((2, 200, 229))}, "the embedding has the shape"),
        (TRUTH, {"embedding": np.zeros((200, 230))}, "the embedding has the shape"),
        (TRUTH, {"tile": 231}, "the tile is 231 px and the image 200 px"),
        (TRUTH, {"tile": (70, 231)}, "the tile is 231 px and the image 230 px"),
        (TRUTH, {"tile": (1, 2, 3)}, "the tile has 3 numbers and the labels have 2 spatial axes"),
        (TRUTH, {"tile": 0}, "a tile has at least 1 px"),
        (TRUTH, {"tile": 70, "offset": 70}, "an offset is less than a tile"),
        (TRUTH, {"tile": 70, "offset": -1}, "an offset is less than a tile"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(labels, options, message):
    with pytest.raises(InputError, match=message) as refused:
        audit(labels, **options)
    assert "\n" not in str(refused.value)


def test_one_number_for_all_axes_may_exceed_the_shortest():
    assert audit(TRUTH, tile=220).seams[0].axis == 1


def test_labels_are_not_changed():
    labels = CUT.copy()
    audit(labels)
    assert (labels == CUT).all()
    assert isinstance(audit(CUT).seams[0], Seam)
