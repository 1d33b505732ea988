"""The choice of the network and of the device that computes."""

from pathlib import Path

from qtpy.QtCore import QSignalBlocker, Signal
from qtpy.QtWidgets import QFileDialog, QWidget

from ..errors import ModelError
from ..networks import DEFAULT_MODEL, ModelConfig, model_names, read_card
from .parts import ERROR, Choice, Form, Notice, hint
from .wording import sizes_text

LOAD = "Load file…"
NONE_CHOSEN = "Choose a model"


class ModelSection(QWidget):
    """Bundled models and files, with a card that says what each is."""

    changed = Signal()
    """Another model was chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.card: ModelConfig | None = None
        self._names: list[str | Path] = [*model_names()]
        self._chosen = -1
        self._create()
        self.model_choice.activated.connect(self._on_model)
        if self._names:
            default = DEFAULT_MODEL if DEFAULT_MODEL in self._names else self._names[0]
            self._take(self._names.index(default))

    def _create(self) -> None:
        self.model_choice = Choice("Network that predicts. Default: nuclei-2d")
        self.model_choice.setPlaceholderText(NONE_CHOSEN)
        self.summary = hint()
        self.device_choice = Choice(
            "Where the network computes. Default: auto, the fastest that there is"
        )
        self.device_choice.addItem("auto", "auto")
        self.notice = Notice()
        self._form = form = Form(self)
        form.add("Model", self.model_choice)
        form.add("", self.summary)
        form.setRowVisible(self.summary, False)
        form.addRow(self.notice)
        form.add("Device", self.device_choice)
        self._offer()

    @property
    def model(self) -> str | Path | None:
        """Name of a bundled model, or path of a file."""
        return self._names[self._chosen] if self._chosen >= 0 else None

    @property
    def device(self) -> str:
        """`"auto"` or the name of a device."""
        return str(self.device_choice.currentData())

    def load(self, path: Path) -> None:
        """Choose a model file; what is wrong with it is said below, and the choice stays."""
        if path not in self._names:
            self._names.append(path)
        self._take(self._names.index(path))

    def set_devices(self, names: list[str]) -> None:
        """Offer the devices that there are, the fastest first."""
        chosen = self.device
        with QSignalBlocker(self.device_choice):
            self.device_choice.clear()
            self.device_choice.addItem(f"auto: {names[0]}", "auto")
            for name in names:
                self.device_choice.addItem(name, name)
            self.device_choice.setCurrentIndex(max(0, self.device_choice.findData(chosen)))

    def _offer(self) -> None:
        with QSignalBlocker(self.model_choice):
            self.model_choice.clear()
            for name in self._names:
                self.model_choice.addItem(name if isinstance(name, str) else name.name)
            if self._names:
                self.model_choice.insertSeparator(len(self._names))
            self.model_choice.addItem(LOAD)
            self.model_choice.setCurrentIndex(self._chosen)

    def _on_model(self, place: int) -> None:
        if self.model_choice.itemText(place) != LOAD:
            self._take(place)
            return
        self._offer()
        found, _ = QFileDialog.getOpenFileName(
            self, "Load a model", "", "Models (*.safetensors);;All files (*)"
        )
        if found:
            self.load(Path(found))

    def _take(self, place: int) -> None:
        """Choose a model if its card can be read."""
        try:
            card = read_card(self._names[place])
        except ModelError as error:
            if isinstance(self._names[place], Path) and place != self._chosen:
                del self._names[place]
                self._chosen -= int(self._chosen > place)
            self._offer()
            self.notice.say(str(error), ERROR)
            return
        self.notice.clear()
        self._chosen, self.card = place, card
        self._offer()
        self.summary.setText(_summary(card))
        self._form.setRowVisible(self.summary, True)
        self.summary.setToolTip(_full(card))
        self.model_choice.setToolTip(_full(card))
        self.changed.emit()


def _summary(card: ModelConfig) -> str:
    spec = card.spec
    return (
        f"{spec.ndim}D, {card.method}, period {sizes_text(spec.period)}, "
        f"context {sizes_text(spec.context)}"
    )


def _full(card: ModelConfig) -> str:
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
