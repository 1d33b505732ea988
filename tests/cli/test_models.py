import json

import pytest

from napari_shift_unet.networks import read_card

KEYS = (
    "name",
    "method",
    "ndim",
    "period",
    "context_px",
    "training_window",
    "data",
    "licence",
    "scores",
)


@pytest.fixture
def bundled(model, monkeypatch):
    card = read_card(model).model_copy(
        update={"data": "some nuclei", "licence": "CC0 1.0", "scores": {"AP 0.5": 0.8125}}
    )
    monkeypatch.setattr("napari_shift_unet.cli.models.list_models", lambda: [card])


@pytest.mark.usefixtures("bundled")
def test_cards_as_json(shift_unet):
    ran = shift_unet("models", "--json")
    assert (ran.code, ran.err) == (0, "")
    (card,) = json.loads(ran.out)
    assert tuple(card) == KEYS
    assert card["ndim"] == 2
    assert card["period"] == [4, 4]
    assert card["context_px"] == [20, 20]
    assert card["training_window"] == [12, 12]
    assert card["scores"] == {"AP 0.5": 0.8125}


@pytest.mark.usefixtures("bundled")
def test_cards_as_a_table(shift_unet):
    head, row = shift_unet("models").out.splitlines()
    assert head.split()[0] == "name"
    for part in ("tiny", "semi-convolutional", "4 x 4 px", "AP 0.5 0.81", "CC0 1.0"):
        assert part in row


def test_the_bundled_models_are_listed(shift_unet):
    names = [card["name"] for card in json.loads(shift_unet("models", "--json").out)]
    assert "nuclei-2d" in names
