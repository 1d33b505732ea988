"""`shift-unet models`: what comes with the package."""

from typing import Any

from ..networks import ModelConfig, list_models
from ..networks.cards import scores_text
from .console import columns, result, result_json, size
from .options import JsonOption

SHOWN = ("name", "method", "reads", "period", "context", "trained at", "scores", "licence", "data")


def models(*, as_json: JsonOption = False) -> None:
    """List the bundled models.

    Parameters
    ----------
    as_json
        Print JSON.
    """
    cards = list_models()
    if as_json:
        result_json([model_facts(card) for card in cards])
    else:
        result(columns([SHOWN, *map(_row, cards)]))


def model_facts(card: ModelConfig) -> dict[str, Any]:
    """Return what is said of a model; sizes are in px per axis."""
    return {
        "name": card.name,
        "method": card.method,
        "ndim": card.spec.ndim,
        "embedding_dims": card.spec.embedding_dims,
        "period": list(card.spec.period),
        "context_px": list(card.spec.context),
        "training_window": list(card.training_window),
        "data": card.data,
        "licence": card.licence,
        "scores": dict(card.scores),
    }


def _row(card: ModelConfig) -> tuple[str, ...]:
    return (
        card.name,
        card.method,
        f"{card.spec.ndim}D",
        size(card.spec.period),
        size(card.spec.context),
        size(card.training_window) if card.training_window else "",
        scores_text(card),
        card.licence,
        card.data,
    )
