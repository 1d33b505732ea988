import json

import pytest

from napari_shift_unet import reproduction


@pytest.fixture
def short(monkeypatch):
    """Let fig5 train its first network alone, for one step."""
    figure = reproduction.find_figure("fig5", quick=True)
    row = figure.rows[0]
    recipe = row.lesson.recipe.model_copy(update={"steps": 1})
    lesson = row.lesson.model_copy(update={"recipe": recipe})
    short = figure.model_copy(update={"rows": (row.model_copy(update={"lesson": lesson}),)})
    monkeypatch.setattr(reproduction, "find_figure", lambda name, quick: short)


def test_says_each_claim_and_what_was_found(shift_unet, tmp_path, short):
    ran = shift_unet("reproduce", "fig5", "--output", tmp_path, "--quick", "--device", "cpu")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert "learnt upsampling, valid convolutions" in lines
    assert any(line.startswith("  clusters: 64") and line.endswith("no") for line in lines)
    assert lines[-2].startswith("does not hold")
    assert (tmp_path / "fig5.png").exists()


def test_json_is_what_the_file_says(shift_unet, tmp_path, short):
    ran = shift_unet("reproduce", "fig5", "--output", tmp_path, "--quick", "--json")
    assert json.loads(ran.out) == json.loads((tmp_path / "fig5.json").read_text())


def test_an_unknown_figure(shift_unet, tmp_path):
    found = shift_unet("reproduce", "fig3", "--output", tmp_path).error
    assert "there is no figure 'fig3'. Use one of fig2a, fig2b" in found
