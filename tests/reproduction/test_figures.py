import json

import numpy as np
import pytest
import torch
from PIL import Image

from napari_shift_unet.errors import InputError, OutputError
from napari_shift_unet.generators import drain
from napari_shift_unet.reproduction import Claim, figure_names, find_figure, reproduce


@pytest.mark.parametrize("quick", [True, False])
@pytest.mark.parametrize("name", figure_names())
def test_every_figure_is_whole(name, quick):
    figure = find_figure(name, quick)
    assert figure.name == name
    assert figure.claim.endswith(".")
    for row in figure.rows:
        assert row.claims
        assert row.lesson.footprint.is_window(row.lesson.recipe.window_px)
        assert row.crop_px <= row.tile_px
        assert row.view_px >= row.lesson.recipe.spec.period[0]


def test_an_unknown_figure():
    with pytest.raises(InputError, match=r"there is no figure 'fig9'\. Use one of fig"):
        find_figure("fig9")


@pytest.mark.parametrize(
    ("claim", "text", "true", "false"),
    [
        (Claim(measure="told_apart", least=64, most=64), "told apart: 64", 64, 63),
        (Claim(measure="clusters", least=2), "clusters: at least 2", 3, 1),
        (Claim(measure="repeats", most=0), "repeats: at most 0", 0, 1),
        (Claim(measure="ap_50", least=0.5, most=0.9), "ap 50: 0.5 to 0.9", 0.7, 0.95),
    ],
)
def test_a_claim_is_a_range(claim, text, true, false):
    assert claim.text == text
    assert claim.holds(true)
    assert not claim.holds(false)


def tiny(figure):
    """Return the first row of a figure, trained for two steps."""
    row = figure.rows[0]
    recipe = row.lesson.recipe.model_copy(update={"steps": 2})
    lesson = row.lesson.model_copy(update={"recipe": recipe})
    return figure.model_copy(update={"rows": (row.model_copy(update={"lesson": lesson}),)})


def test_files_are_written_and_the_same_each_time(tmp_path):
    figure = tiny(find_figure("fig5", quick=True))
    threads = torch.get_num_threads()
    events = list(reproduce(figure, tmp_path / "one", "cpu"))
    assert torch.get_num_threads() == threads
    assert [event.step for event in events] == [1, 2]
    assert figure.steps == 2
    report = drain(reproduce(figure, tmp_path / "two", "cpu"))
    for name in ("fig5.png", "fig5.json"):
        contents = [(tmp_path / folder / name).read_bytes() for folder in ("one", "two")]
        assert contents[0] == contents[1]
    facts = json.loads((tmp_path / "one" / "fig5.json").read_text())
    assert facts == report.facts
    (row,) = facts["rows"]
    assert row["steps"] == 2
    assert {claim["measure"] for claim in row["claims"]} <= set(row["measures"])
    assert facts["holds"] == all(claim["holds"] for claim in row["claims"])
    with Image.open(tmp_path / "one" / "fig5.png") as picture:
        assert picture.width > 4 * 384 > picture.height > 384
        assert np.asarray(picture.convert("RGB")).std() > 0


def test_a_folder_that_cannot_be(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot be used as a folder"):
        next(reproduce(find_figure("fig5", quick=True), tmp_path / "file", "cpu"))
