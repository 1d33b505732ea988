import numpy as np
import pytest

from napari_shift_unet.evaluation.differences import compare
from napari_shift_unet.evaluation.side_by_side import UNKNOWN, AtSeams, look_at_seams, side_by_side
from napari_shift_unet.images import sample_image
from napari_shift_unet.seams import AxisTiling, cut_labels

FACTS = {
    "crop": [148, 148],
    "tile": [148, 148],
    "legal": False,
    "certificate": None,
    "model": {"name": "nuclei"},
    "clustering": {"method": "mean-shift", "bandwidth": 5.5},
    "seconds": 2.5,
}
ONE, NONE = np.array([[0, 3, 3]]), np.array([[0, 0, 0]])


def rows(*facts, **more):
    return {row.name: row for row in side_by_side(compare(ONE, NONE), *facts, **more)}


def test_numbers_of_two_runs():
    found = rows(
        FACTS,
        FACTS | {"crop": [16, 144], "legal": True, "certificate": {}},
        at_seams=(AtSeams(7, 1.87), AtSeams(0)),
    )
    told = {name: (row.a, row.b) for name, row in found.items()}
    assert told == {
        "objects": ("1", "0"),
        "mean size": ("2.0 px", UNKNOWN),
        "split at seams": ("7 pairs", "0 pairs"),
        "jump at seams": ("1.87 x", UNKNOWN),
        "crop": ("148 x 148 px", "16 x 144 px"),
        "tile": ("148 x 148 px", "148 x 148 px"),
        "seam-free": ("no", "yes"),
        "certificate": ("no", "yes"),
        "model": ("nuclei", "nuclei"),
        "method": ("mean-shift", "mean-shift"),
        "time": ("2.5 s", "2.5 s"),
        "settings": ("bandwidth 5.5", "bandwidth 5.5"),
    }
    assert [name for name, row in found.items() if row.differs] == [
        "objects",
        "split at seams",
        "crop",
        "seam-free",
        "certificate",
    ]


def test_what_neither_run_tells_is_left_out():
    assert list(rows({}, {})) == ["objects", "mean size"]
    one_sided = rows({}, FACTS)
    assert one_sided["crop"].a == UNKNOWN
    assert not one_sided["crop"].differs


@pytest.mark.parametrize("strange", [{"crop": "148", "model": 3, "clustering": [], "tile": []}])
def test_facts_of_another_program_do_not_hinder(strange):
    assert list(rows(strange, {})) == ["objects", "mean size"]


def test_pairs_that_look_split_at_the_seams_of_a_run():
    _, truth = sample_image("nuclei-small")
    cut = cut_labels(truth, [AxisTiling(100), AxisTiling(100)])
    seams = [look_at_seams(labels, {"crop": [100, 100]}) for labels in (cut, truth)]
    assert seams[0].split_pairs > 5
    assert seams[1].split_pairs < 2
    assert look_at_seams(truth, {"crop": [512, 512]}).split_pairs == 0
    for unknown in ({}, {"crop": [1, 2, 3]}, {"crop": [0, 0]}):
        assert look_at_seams(cut, unknown) == AtSeams()


def test_the_jump_of_an_embedding_at_the_seams_of_a_run():
    _, truth = sample_image("nuclei-small")
    rng = np.random.default_rng(0)
    smooth = rng.normal(size=(2, *truth.shape)) * 0.1
    stepped = smooth.copy()
    stepped[0, :, 100:200] += 5
    facts = {"crop": [256, 100]}
    assert look_at_seams(truth, facts, stepped).jump > 5
    assert look_at_seams(truth, facts, smooth).jump == pytest.approx(1, abs=0.2)
    assert look_at_seams(truth, facts, smooth[:, 1:]) == AtSeams()
