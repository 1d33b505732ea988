import json

import pytest

from napari_shift_unet.networks import read_card

KEYS = (
    "name",
    "method",
    "ndim",
    "embedding_dims",
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
        update={
            "data": "some nuclei",
            "licence": "CC0 1.0",
            "scores": {"val_ap50": 0.75, "test_ap50": 0.8125},
        }
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
    assert card["embedding_dims"] == 2
    assert card["data"] == "some nuclei"
    assert card["scores"] == {"val_ap50": 0.75, "test_ap50": 0.8125}


@pytest.mark.usefixtures("bundled")
def test_cards_as_a_table(shift_unet):
    head, row = shift_unet("models").out.splitlines()
    assert head.split()[0] == "name"
    for part in ("tiny", "semi-convolutional", "2D", "4 x 4 px", "12 x 12 px", "CC0 1.0"):
        assert part in row
    assert "AP 0.5: test 0.812, validation 0.750" in row


def test_the_bundled_models_say_all_that_a_card_has(shift_unet):
    cards = json.loads(shift_unet("models", "--json").out)
    assert "nuclei-2d" in [card["name"] for card in cards]
    for card in cards:
        assert tuple(card) == KEYS
        assert all(card[key] for key in KEYS), card["name"]
        assert {"val_ap50", "test_ap50"} <= set(card["scores"])
        assert all(
            window > t for window, t in zip(card["training_window"], card["period"], strict=True)
        )
