"""What docs/paper.md says is what was measured, of the figures as they are defined now."""

import importlib.util
import json
from pathlib import Path

import pytest

from napari_shift_unet.reproduction import Claim, figure_names, find_figure

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_says_what_was_measured():
    described = importlib.util.spec_from_file_location("make_paper", DOCS / "make_paper.py")
    make_paper = importlib.util.module_from_spec(described)
    described.loader.exec_module(make_paper)
    page = (DOCS / "paper.md").read_text("utf-8")
    assert make_paper.rebuilt(page) == page


@pytest.mark.parametrize("name", figure_names())
def test_the_measurements_are_of_this_figure(name):
    figure = find_figure(name, quick=True)
    facts = json.loads((DOCS / "paper" / f"{name}.json").read_text("utf-8"))
    assert facts["claim"] == figure.claim
    assert len(facts["rows"]) == len(figure.rows)
    for measured, row in zip(facts["rows"], figure.rows, strict=True):
        assert (measured["title"], measured["steps"]) == (row.title, row.lesson.recipe.steps)
        for found, claim in zip(measured["claims"], row.claims, strict=True):
            assert Claim(**{key: found[key] for key in Claim.model_fields}) == claim
            assert found["holds"] == claim.holds(measured["measures"][claim.measure])
    assert (DOCS / "paper" / f"{name}.png").stat().st_size > 10_000


@pytest.mark.parametrize("name", figure_names())
def test_every_figure_has_its_command(name):
    page = (DOCS / "paper.md").read_text("utf-8")
    assert f"shift-unet reproduce {name} --output figures --quick" in page
