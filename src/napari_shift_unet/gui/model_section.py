"""The choice of the network and of the device that computes."""

from pathlib import Path

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QWidget

from ..networks import DEFAULT_MODEL, ModelConfig, model_names
from .device_choice import DeviceChoice
from .model_choice import ModelChoice
from .parts import ERROR, Form, Notice, hint
from .wording import sizes_text


class ModelSection(QWidget):
    """Bundled models and files, with a card that says what each is."""

    changed = Signal()
    """Another model was chosen."""

    def __init__(self) -> None:
        super().__init__()
        self._create()
        self.model_choice.switched.connect(self._on_model)
        self.model_choice.refused.connect(self._on_refused)
        names = model_names()
        if names:
            self.model_choice.load(DEFAULT_MODEL if DEFAULT_MODEL in names else names[0])

    def _create(self) -> None:
        self.model_choice = ModelChoice("Network that predicts. Default: nuclei-2d")
        self.summary = hint()
        self.device_choice = DeviceChoice()
        self.notice = Notice()
        self._form = form = Form(self)
        form.add("Model", self.model_choice)
        form.add("", self.summary)
        form.setRowVisible(self.summary, False)
        form.addRow(self.notice)
        form.add("Device", self.device_choice)

    @property
    def card(self) -> ModelConfig | None:
        """What the chosen model says of itself."""
        return self.model_choice.card

    @property
    def model(self) -> str | Path | None:
        """Name of a bundled model, or path of a file."""
        return self.model_choice.chosen

    @property
    def device(self) -> str:
        """`"auto"` or the name of a device."""
        return self.device_choice.device

    def load(self, path: Path) -> None:
        """Choose a model file; what is wrong with it is said below, and the choice stays."""
        self.model_choice.load(path)

    def set_devices(self, names: list[str]) -> None:
        """Offer the devices that there are, the fastest first."""
        self.device_choice.set_devices(names)

    def _on_model(self) -> None:
        card = self.card
        if card is None:
            return
        self.notice.clear()
        self.summary.setText(summary_of(card))
        self._form.setRowVisible(self.summary, True)
        self.summary.setToolTip(full_text(card))
        self.model_choice.setToolTip(full_text(card))
        self.changed.emit()

    def _on_refused(self, reason: str) -> None:
        self.notice.say(reason, ERROR)


def summary_of(card: ModelConfig) -> str:
    """Say in a line what a user asks of a model first."""
    spec = card.spec
    return (
        f"{spec.ndim}D, {card.method}, period {sizes_text(spec.period)}, "
        f"context {sizes_text(spec.context)}"
    )


def full_text(card: ModelConfig) -> str:
    """Say all that a user may ask of a model."""
    spec = card.spec
    known = {
        "Model": card.name,
        "Method": f"{card.method}, {spec.embedding_dims} embedding dimensions",
        "Reads": f"{spec.ndim}D, {spec.in_channels} channel(s)",
        "Period": sizes_text(spec.period),
        "Context": f"{sizes_text(spec.context)} per side",
        "Trained on": card.data,
        "Training window": sizes_text(card.training_window) if card.training_window else "",
        "Scores": ", ".join(f"{name} {score:.3g}" for name, score in card.scores.items()),
        "Licence": card.licence,
    }
    return "\n".join(f"{name}: {text}" for name, text in known.items() if text)
