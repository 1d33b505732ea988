import json

import pytest

from napari_shift_unet.geometry import plan_tiles
from napari_shift_unet.networks import read_card


def _plan(shift_unet, model, *arguments):
    ran = shift_unet("plan", *arguments, "--model", model, "--json")
    assert (ran.code, ran.err) == (0, "")
    return json.loads(ran.out)


def test_the_plan_of_an_image(shift_unet, model):
    facts = _plan(shift_unet, model, 520, 696, "--tile", 40, "--crop", 36)
    assert facts["period"] == [4, 4]
    assert facts["context_px"] == [20, 20]
    assert facts["output_window"] == [40, 40]
    assert facts["input_size"] == [80, 80]
    assert facts["crop"] == [36, 36]
    assert facts["legal"] is True
    assert facts["reasons"] == []
    assert facts["grid"] == [15, 20]
    assert facts["tiles"] == 300
    spec = read_card(model).spec
    plan = plan_tiles((520, 696), spec.footprint, 40, 36)
    assert facts["redundancy"] == pytest.approx(plan.redundancy, abs=1e-3)
    assert facts["peak_memory_bytes"] == plan.peak_memory_bytes(3, 1)


def test_a_crop_off_the_lattice_is_planned_and_named(shift_unet, model):
    facts = _plan(shift_unet, model, 520, 696, "--tile", 40, "--crop", 38)
    assert facts["legal"] is False
    assert facts["crop"] == [38, 38]
    assert facts["nearest_legal_crops"] == [[36, 40], [36, 40]]
    ran = shift_unet("plan", 520, 696, "--tile", 40, "--crop", 38, "--model", model)
    assert ran.code == 0
    assert "off the 4-px lattice" in ran.out


@pytest.mark.parametrize("crop", ["auto", "none"])
def test_crop_in_words(shift_unet, model, crop):
    facts = _plan(shift_unet, model, 520, 696, "--tile", 42, "--crop", crop)
    assert facts["crop"] == ([44, 44] if crop == "auto" else [42, 42])
    assert facts["legal"] is (crop == "auto")


@pytest.mark.parametrize("tile", [["8", "40", "60"], ["8,40,60"]])
def test_sizes_per_axis(shift_unet, model_3d, tile):
    facts = _plan(shift_unet, model_3d, 30, 520, 696, "--tile", *tile)
    assert facts["period"] == [2, 4, 4]
    assert facts["output_window"] == [8, 40, 60]
    assert facts["planes"] == 1


def test_options_may_stand_before_the_size(shift_unet, model):
    ran = shift_unet("plan", "--json", "--model", model, 520, 696)
    assert json.loads(ran.out)["shape"] == [520, 696]


def test_a_2d_model_goes_through_z(shift_unet, model):
    one = _plan(shift_unet, model, 520, 696, "--tile", 40)
    stack = _plan(shift_unet, model, 7, 520, 696, "--tile", 40)
    assert stack["shape"] == [520, 696]
    assert stack["planes"] == 7
    assert stack["tiles"] == 7 * one["tiles"]
    assert stack["peak_memory_bytes"] == one["peak_memory_bytes"] + 6 * 520 * 696 * 4 * 4


def test_the_readable_plan_says_the_same(shift_unet, model):
    out = shift_unet("plan", 520, 696, "--tile", 40, "--model", model).out
    for part in ("520 x 696 px", "4 x 4 px", "reads 80 x 80 px", "none", "MiB"):
        assert part in out
    assert "7 planes" in shift_unet("plan", 7, 520, 696, "--model", model).out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "give the size of the image"),
        ((520,), "give the size of the image"),
        ((1, 2, 3, 4), "give the size of the image"),
        (("--tile", 40, 520, 696), "give the size of the image"),
        ((0, 696), "0"),
        ((0, 520, 696), "every axis must be at least 1 px"),
        ((520, 696, "--tile", "big"), "--tile is 'big'"),
        ((520, 696, "--tile", 0), "0 px"),
        ((520, 696, "--tile", -4), "-4 px"),
        ((520, 696, "--tile", 1, 2, 3), "3 axes"),
        ((520, 696, "--crop", 0), "0 px"),
        ((520, 696, "--crop", "some"), "--crop is 'some'; give a number of px, auto or none."),
        ((520, 696, "--tile", 40, "--crop", 44), "44 px"),
    ],
)
def test_bad_sizes(shift_unet, model, arguments, message):
    assert message in shift_unet("plan", *arguments, "--model", model).error


def test_a_3d_model_needs_three_sizes(shift_unet, model_3d):
    assert "3 axes" in shift_unet("plan", 520, 696, "--model", model_3d).error
