"""The choice of the network that is probed, and what cannot be read off its file."""

from pathlib import Path

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QWidget

from ...networks import DEFAULT_MODEL, foreign_kind
from ..controls.empty import Empty
from ..controls.model_card import summary_of
from ..controls.model_choice import ModelChoice
from ..controls.parts import ERROR, Choice, Form, Notice, hint, on_one_line
from ..controls.step_spin import StepSpin

AUTO = "auto"
MAX_CHANNELS = 4096
EMPTY = (
    "Choose a network, or drop its file here: a bundled one, or one of any program. It is run on "
    "made-up images to measure whether it can be tiled without seams, and with which tiles."
)
SAMPLE, SAMPLE_TIP = "Try it on nuclei-2d", "Choose the bundled network of nuclei, period 16 px"
OWN = "A .safetensors file holds numbers only, no code: it is opened without a question."
FOREIGN = "{kind}, {size:,} bytes. It is a program: you are asked before anything of it runs."


class NetworkSection(QWidget):
    """A model of this project, or a file of another program."""

    changed = Signal()
    """Another network was chosen, or the images that it reads."""

    def __init__(self) -> None:
        super().__init__()
        self.model_choice = ModelChoice(
            "Network to measure: a bundled model, a .safetensors model, a TorchScript file, a\n"
            "torch.export program (.pt2) or a bioimage.io package (.zip). A file can also be\n"
            "dropped here. Default: none"
        )
        self.summary = hint()
        self.axes_choice = Choice(
            "Spatial axes of the images that the network reads. Default: auto, found by trying"
        )
        for text, ndim in ((AUTO, None), ("2D", 2), ("3D", 3)):
            self.axes_choice.addItem(text, ndim)
        self.channels_spin = StepSpin()
        self.channels_spin.setRange(0, MAX_CHANNELS)
        self.channels_spin.set_steps(0, 1)
        self.channels_spin.setSpecialValueText(AUTO)
        self.channels_spin.setValue(0)
        self.channels_spin.setSuffix(" channels")
        self.channels_spin.setToolTip(
            "Channels of the images that the network reads. Default: auto, found by trying"
        )
        self.notice = Notice()
        self.empty = Empty(EMPTY, SAMPLE, SAMPLE_TIP)
        self.empty.sampled.connect(lambda: self.model_choice.load(DEFAULT_MODEL))
        self._lay_out()
        self._connect()
        self._on_switched()

    def _lay_out(self) -> None:
        self._form = form = Form(self)
        form.addRow(self.empty)
        form.add("Network", self.model_choice)
        form.add("", self.summary)
        self._reads = on_one_line(self.axes_choice, self.channels_spin, stretch=0)
        form.add("Reads", self._reads)
        form.addRow(self.notice)

    def _connect(self) -> None:
        self.model_choice.switched.connect(self._on_switched)
        self.model_choice.foreign.connect(self.model_choice.admit)
        self.model_choice.refused.connect(self.refuse)
        self.axes_choice.currentIndexChanged.connect(self._on_reads)
        self.channels_spin.valueChanged.connect(self._on_reads)

    @property
    def network(self) -> str | Path | None:
        """Name of a bundled model, or path of a file."""
        return self.model_choice.chosen

    @property
    def reads(self) -> tuple[int | None, int | None]:
        """Spatial axes and channels of the images; `None` is to be found by trying."""
        if not self._is_foreign:
            return None, None
        return self.axes_choice.currentData(), self.channels_spin.value() or None

    def load(self, path: Path) -> None:
        """Choose a file; what is wrong with it is said below, and the choice stays."""
        self.model_choice.load(path)

    def refuse(self, reason: str) -> None:
        """Say what is wrong with the network."""
        self.notice.say(reason, ERROR)

    @property
    def _is_foreign(self) -> bool:
        return self.network is not None and self.model_choice.card is None

    def _on_switched(self) -> None:
        network, card = self.network, self.model_choice.card
        if isinstance(network, Path) and card is None:
            size = network.stat().st_size if network.exists() else 0
            self.summary.setText(FOREIGN.format(kind=foreign_kind(network), size=size))
        elif card is not None:
            self.summary.setText(f"{summary_of(card)}. {OWN}")
        self._form.setRowVisible(self.empty, network is None)
        self._form.setRowVisible(self.summary, network is not None)
        self._form.setRowVisible(self._reads, self._is_foreign)
        self._on_reads()

    def _on_reads(self) -> None:
        self.notice.clear()
        self.changed.emit()
