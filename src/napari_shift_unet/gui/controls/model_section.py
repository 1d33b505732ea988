"""The choice of the network and of the device that computes."""

from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QPushButton, QWidget

from ...errors import ShiftUNetError
from ...networks import DEFAULT_MODEL, ModelConfig, model_names
from ..preferences.store import preferences
from ..reporting import report
from .channels_form import ChannelsForm
from .device_choice import DeviceChoice
from .model_card import full_text, summary_of
from .model_choice import ModelChoice
from .parts import ERROR, WARNING, Form, Notice, hint, on_one_line
from .probe_progress import ProbeProgress
from .prober import Prober
from .probing_job import Probed

if TYPE_CHECKING:
    from ...networks import Model, Verdict

TOOLTIP = "Network that predicts. Default: nuclei-2d, or that of the last session"
INFO_PX = 24
OWN_SUFFIX = ".safetensors"
"""Of files that hold no code, which can be opened without a question."""


class ModelSection(QWidget):
    """Bundled models and files, with a card that says what each is.

    Another program's network is probed before it becomes the choice, after the user's yes.

    Parameters
    ----------
    default
        Whether a model is chosen from the beginning.
    key
        Under which the choice is remembered; it is not without one.
    """

    changed = Signal()
    """Another model was chosen, or its channels got another meaning."""
    probing_changed = Signal()
    """A network is being probed, or no longer."""

    def __init__(self, *, default: bool = True, key: str = "") -> None:
        super().__init__()
        self._key = key
        self._probed: dict[Path, Probed] = {}
        self._foreign: Model | None = None
        self._create()
        self._lay_out()
        self._connect()
        names = model_names()
        if names and default:
            self.model_choice.load(DEFAULT_MODEL if DEFAULT_MODEL in names else names[0])
        if key:
            self._recall(preferences().value(key, ""))
            self.model_choice.switched.connect(self._keep)

    def _create(self) -> None:
        self.model_choice = ModelChoice(TOOLTIP)
        self.info_button = QPushButton("i")
        self.info_button.setFixedWidth(INFO_PX)
        self.info_button.setCheckable(True)
        self.info_button.setToolTip("Show all that is known of the model. Default: off")
        self.summary, self.full_card = hint(), hint()
        self.full_card.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.prober = Prober(self)
        self.progress = ProbeProgress(self.prober)
        self.channels = ChannelsForm()
        self.device_choice = DeviceChoice()
        self.notice = Notice()

    def _lay_out(self) -> None:
        self._form = form = Form(self)
        form.add("Model", self.model_choice)
        form.addRow(self.progress)
        self._line = on_one_line(self.summary, self.info_button, stretch=0)
        form.add("", self._line)
        form.addRow(self.full_card)
        form.addRow(self.channels)
        self.channels.hide()
        self._show_card()
        form.addRow(self.notice)
        form.add("Device", self.device_choice)

    def _connect(self) -> None:
        self.model_choice.switched.connect(self._on_model)
        self.model_choice.refused.connect(self._refuse)
        self.model_choice.foreign.connect(self._on_foreign)
        self.channels.changed.connect(self._on_model)
        self.info_button.toggled.connect(self._show_card)
        self.prober.probed.connect(self.take)
        self.prober.stopped.connect(self._on_not_probed)
        self.prober.errored.connect(self._on_probe_error)
        for signal in ("began", "probed", "stopped", "errored"):
            getattr(self.prober, signal).connect(self.probing_changed)

    @property
    def card(self) -> ModelConfig | None:
        """What the chosen model says of itself, or what was measured of it."""
        return self._foreign.config if self._foreign else self.model_choice.card

    @property
    def model(self) -> "str | Path | Model | None":
        """Name of a bundled model, path of a file, or a probed network."""
        return self._foreign or self.model_choice.chosen

    @property
    def verdict(self) -> "Verdict | None":
        """What was measured of the chosen network, if it is another program's."""
        chosen = self.model_choice.chosen
        probed = self._probed.get(chosen) if isinstance(chosen, Path) else None
        return None if probed is None or self._foreign is None else probed.verdict

    @property
    def name(self) -> str:
        """By which the chosen model is told from the others."""
        return str(self.model_choice.chosen)

    @property
    def device(self) -> str:
        """`"auto"` or the name of a device."""
        return self.device_choice.device

    def load(self, path: str | Path) -> None:
        """Choose a model; what is wrong with it is said below, and the choice stays."""
        self.model_choice.load(path)

    def take(self, probed: Probed) -> None:
        """Choose a network that was probed, with the tiles that were found for it."""
        if probed.network is None:
            self.load(probed.source)
            return
        path = Path(probed.source)
        self._probed[path] = probed
        self.model_choice.admit(path)

    def set_devices(self, names: list[str]) -> None:
        """Offer the devices that there are, the fastest first."""
        self.device_choice.set_devices(names)

    def close_down(self) -> None:
        """Wait until no network is probed any more."""
        self.prober.jobs.close()

    def _recall(self, model: str) -> None:
        """Choose the model of the last session, if it is still there."""
        if model in model_names():
            self.load(model)
        elif Path(model).suffix == OWN_SUFFIX and Path(model).is_file():
            self.load(Path(model))

    def _keep(self) -> None:
        """Remember the choice; other programs' networks are asked for anew in each session."""
        if self._foreign is None:
            preferences().keep(self._key, self.name)

    def _on_foreign(self, path: Path) -> None:
        self.notice.clear()
        self.prober.start(path)

    def _on_not_probed(self, reason: str) -> None:
        self.notice.say(f"{reason} The model stays as it was.", WARNING)

    def _on_probe_error(self, error: Exception) -> None:
        self._refuse(str(error) if isinstance(error, ShiftUNetError) else report(error))

    def _on_model(self) -> None:
        chosen = self.model_choice.chosen
        probed = self._probed.get(chosen) if isinstance(chosen, Path) else None
        if probed is not None and self.model_choice.card is None:
            self.channels.set_network(probed)
            self._foreign = self.channels.model()
        else:
            self._foreign = None
        self.channels.setVisible(self._foreign is not None)
        card = self.card
        if card is None:
            return
        self.notice.clear()
        self.summary.setText(summary_of(card))
        self.full_card.setText(full_text(card))
        self.summary.setToolTip(full_text(card))
        self.model_choice.setToolTip(f"<p>{TOOLTIP}</p>{full_text(card)}")
        self._show_card()
        self.changed.emit()

    def _show_card(self) -> None:
        """Say a line of the model, and all if it is asked for."""
        known = self.card is not None
        self._form.setRowVisible(self._line, known)
        self._form.setRowVisible(self.full_card, known and self.info_button.isChecked())

    def _refuse(self, reason: str) -> None:
        self.notice.say(reason, ERROR)
