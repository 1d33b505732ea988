"""What a model says of itself, for a user to read."""

from html import escape
from pathlib import Path

from ...networks import Method, ModelConfig
from ...networks.cards import scores_text
from .wording import count_text, sizes_text

WORDS: dict[Method, str] = {
    "discriminative": "discriminative",
    "semi-convolutional": "semi-convolutional",
    "spatial-embedding": "spatial embedding",
}
"""Methods as a user reads them."""


def method_text(card: ModelConfig) -> str:
    """Say the method in words."""
    return WORDS[card.method]


def name_text(model: str | Path, card: ModelConfig) -> str:
    """Say which model it is, and its method where the name does not: ``nuclei-2d (...)``."""
    name = model.name if isinstance(model, Path) else model
    return name if card.method in name else f"{name} ({method_text(card)})"


def summary_of(card: ModelConfig) -> str:
    """Say in a line what a user asks of a model first."""
    spec = card.spec
    sizes = f"period {sizes_text(spec.period)}, context {sizes_text(spec.context)}"
    tiles = "no tiles of it are exact" if spec.footprint.flaws else sizes
    return f"{spec.ndim}D, {method_text(card)}, {tiles}"


def full_text(card: ModelConfig) -> str:
    """Say all that a user may ask of a model, as a table in HTML."""
    spec, windows = card.spec, card.training_window
    flaws = "; ".join(spec.footprint.flaws)
    known = {
        "Model": card.name,
        "Method": f"{method_text(card)}, {count_text(spec.embedding_dims, 'channel')}",
        "Reads": f"{spec.ndim}D, {count_text(spec.in_channels, 'channel')}",
        "Period": "" if flaws else sizes_text(spec.period),
        "Context": "" if flaws else f"{sizes_text(spec.context)} per side",
        "Not exact": flaws,
        "Trained in": windows and f"windows of {sizes_text(windows)}",
        "Trained on": card.data,
        "Scores": scores_text(card),
        "Licence": card.licence,
    }
    rows = (
        f"<tr><td style='padding-right: 8px'>{name}</td><td>{escape(text)}</td></tr>"
        for name, text in known.items()
        if text
    )
    return f"<table>{''.join(rows)}</table>"
