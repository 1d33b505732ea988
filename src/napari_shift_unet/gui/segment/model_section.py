"""The choice of the network and of the device that computes."""

from pathlib import Path

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QPushButton, QWidget

from ...networks import DEFAULT_MODEL, ModelConfig, model_names
from ..controls.device_choice import DeviceChoice
from ..controls.model_card import full_text, summary_of
from ..controls.model_choice import ModelChoice
from ..controls.parts import ERROR, Form, Notice, hint, on_one_line

INFO_PX = 24


class ModelSection(QWidget):
    """Bundled models and files, with a card that says what each is."""

    changed = Signal()
    """Another model was chosen."""

    def __init__(self) -> None:
        super().__init__()
        self._create()
        self.model_choice.switched.connect(self._on_model)
        self.model_choice.refused.connect(self._on_refused)
        self.info_button.toggled.connect(self._show_card)
        names = model_names()
        if names:
            self.model_choice.load(DEFAULT_MODEL if DEFAULT_MODEL in names else names[0])

    def _create(self) -> None:
        self.model_choice = ModelChoice("Network that predicts. Default: nuclei-2d")
        self.info_button = QPushButton("i")
        self.info_button.setFixedWidth(INFO_PX)
        self.info_button.setCheckable(True)
        self.info_button.setToolTip("Show all that is known of the model. Default: off")
        self.summary, self.full_card = hint(), hint()
        self.full_card.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.device_choice = DeviceChoice()
        self.notice = Notice()
        self._form = form = Form(self)
        form.add("Model", self.model_choice)
        self._line = on_one_line(self.summary, self.info_button, stretch=0)
        form.add("", self._line)
        form.addRow(self.full_card)
        self._show_card()
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
        self.full_card.setText(full_text(card))
        for widget in (self.summary, self.model_choice):
            widget.setToolTip(full_text(card))
        self._show_card()
        self.changed.emit()

    def _show_card(self) -> None:
        """Say a line of the model, and all if it is asked for."""
        known = self.card is not None
        self._form.setRowVisible(self._line, known)
        self._form.setRowVisible(self.full_card, known and self.info_button.isChecked())

    def _on_refused(self, reason: str) -> None:
        self.notice.say(reason, ERROR)
