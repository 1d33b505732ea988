"""What is trained, from what it starts, and for how long."""

from pathlib import Path
from typing import Any

from qtpy.QtCore import QSignalBlocker, Signal
from qtpy.QtWidgets import QWidget

from ...errors import ModelError
from ...geometry import UNetSpec
from ...networks import Method, ModelConfig
from ..controls.device_choice import DeviceChoice
from ..controls.model_card import WORDS, full_text, summary_of
from ..controls.model_choice import ModelChoice
from ..controls.parts import ERROR, Choice, Form, Notice, hint, on_one_line
from ..preferences.remembering import remember
from ..preferences.store import preferences
from .network_section import CountSpin
from .output_row import OutputRow
from .training_job import Unit

AMOUNTS: dict[Unit, int] = {"minutes": 10, "steps": 3000}
METHODS: dict[Method, str] = {
    "spatial-embedding": "each pixel points at the centre of its object and knows its width",
    "semi-convolutional": "each pixel points at the centre of its object",
    "discriminative": "pixels of an object are alike, those of neighbours differ",
}
NOTHING = "nothing (random weights)"
LENGTH_KEY = "train.length"
GIVEN_NDIM = "The model which the training starts from decides this"


class RecipeSection(QWidget):
    """Start, method, dimensions, length, device and file."""

    changed = Signal()
    """Start, method or dimensions are others."""

    def __init__(self) -> None:
        super().__init__()
        self._create()
        self._lay_out()
        self.start_choice.switched.connect(self._on_start)
        self.start_choice.refused.connect(self._on_refused)
        self.start_choice.foreign.connect(self._on_foreign)
        self.method_choice.currentIndexChanged.connect(self.changed)
        self.ndim_choice.currentIndexChanged.connect(self.changed)
        self.unit_choice.currentIndexChanged.connect(self._on_unit)
        remember("train.method", self.method_choice)
        remember("train.unit", self.unit_choice)
        remember(LENGTH_KEY, self.length_spin)
        self.unit_choice.activated.connect(self._keep_length)

    def _create(self) -> None:
        self.start_choice = ModelChoice(
            "Model whose weights the training begins with: with few annotated objects, start from "
            "one\nthat was trained on similar cells. Default: nothing",
            NOTHING,
            _check_trainable,
        )
        self.summary = hint()
        self.notice = Notice()
        explained = "\n".join(f"{WORDS[m]}: {text}" for m, text in METHODS.items())
        self.method_choice = Choice(
            f"What the network learns.\n{explained}\nDefault: spatial embedding"
        )
        for method in METHODS:
            self.method_choice.addItem(WORDS[method], method)
        self.ndim_choice = Choice(
            "2D: planes, one by one. 3D: volumes, which need an axis z. Default: 2D"
        )
        self._ndim_tooltip = self.ndim_choice.toolTip()
        for ndim in (2, 3):
            self.ndim_choice.addItem(f"{ndim}D", ndim)
        self.length_spin = CountSpin(
            1, 10_000_000, "How long to train. Default: 10 minutes, or 3,000 steps"
        )
        self.length_spin.setValue(AMOUNTS["minutes"])
        self.unit_choice = Choice(
            "minutes: as many steps as this machine does in that time, by its pace at the "
            "beginning.\nsteps: updates of the weights. Default: minutes"
        )
        self.unit_choice.addItems(list(AMOUNTS))
        self.device_choice = DeviceChoice()
        self.output = OutputRow()

    def _lay_out(self) -> None:
        self._form = form = Form(self)
        form.add("Start from", self.start_choice)
        form.add("", self.summary)
        form.setRowVisible(self.summary, False)
        form.addRow(self.notice)
        form.add("Method", self.method_choice)
        form.add("Dimensions", self.ndim_choice)
        form.add("Train for", on_one_line(self.length_spin, self.unit_choice, stretch=1))
        form.add("Device", self.device_choice)
        form.add("Save as", self.output)

    @property
    def method(self) -> Method:
        """What the channels mean."""
        chosen: Method = self.method_choice.currentData()
        return chosen

    @property
    def ndim(self) -> int:
        """Number of spatial axes."""
        return int(self.ndim_choice.currentData())

    @property
    def unit(self) -> Unit:
        """Of the length."""
        return "steps" if self.unit_choice.currentText() == "steps" else "minutes"

    def settings(self) -> dict[str, Any]:
        """Return fields of `TrainConfig`, but for the length and the network."""
        card, start = self.start_choice.card, self.start_choice.chosen
        found: dict[str, Any] = {"name": self.output.path.stem, "method": self.method}
        if card is not None:
            found |= {"start_from": str(start), "percentiles": card.percentiles}
            if card.method == self.method:
                found["clustering"] = card.clustering
        return found

    def _on_start(self) -> None:
        """Take method and dimensions of the model; it decides the latter."""
        self.notice.clear()
        card = self.start_choice.card
        self._form.setRowVisible(self.summary, card is not None)
        if card is not None:
            self.summary.setText(summary_of(card))
            self.summary.setToolTip(full_text(card))
            with QSignalBlocker(self):
                self.method_choice.setCurrentIndex(self.method_choice.findData(card.method))
                self.ndim_choice.setCurrentIndex(self.ndim_choice.findData(card.spec.ndim))
        self.ndim_choice.setEnabled(card is None)
        self.ndim_choice.setToolTip(self._ndim_tooltip if card is None else GIVEN_NDIM)
        self.changed.emit()

    def _on_refused(self, reason: str) -> None:
        self.notice.say(reason, ERROR)

    def _on_foreign(self, path: Path) -> None:
        self.notice.say(
            f"{path.name} is another program's network, which cannot be trained here. Choose a "
            ".safetensors model of this plugin.",
            ERROR,
        )

    def _on_unit(self) -> None:
        self.length_spin.setValue(AMOUNTS[self.unit])

    def _keep_length(self) -> None:
        preferences().keep(LENGTH_KEY, self.length_spin.value())


def _check_trainable(card: ModelConfig) -> None:
    if not isinstance(card.spec, UNetSpec):
        raise ModelError(
            f"'{card.name}' is a network of another program, which can be run but not trained. "
            "Choose a model that this plugin trained."
        )
