"""Size of the network and of its steps, for those who want to decide it."""

from dataclasses import dataclass
from typing import Any

from qtpy.QtCore import QSignalBlocker, Qt, Signal
from qtpy.QtGui import QWheelEvent
from qtpy.QtWidgets import QDoubleSpinBox, QSpinBox, QWidget

from ...errors import InputError
from ...geometry import UNetSpec
from ...networks import Method, ModelConfig
from ...training import TrainConfig, network_for
from ..controls.parts import ERROR, WARNING, Form, Notice, hint
from ..controls.step_spin import StepSpin
from ..controls.wording import sizes_text


@dataclass(frozen=True)
class Defaults:
    """Settings that were good for the bundled models."""

    width: int
    levels: int
    window: int
    context: int
    batch: int
    rate: float


DEFAULTS = {2: Defaults(16, 4, 224, 16, 4, 2e-3), 3: Defaults(12, 3, 56, 4, 2, 3e-3)}
FINE_RATE = 5e-4
"""Peak rate for a model that is trained further."""
GIVEN = "That of the model which the training starts from"
WINDOW = (
    "Output window of a training step. It has to be larger than the network's period: else\n"
    "some neighbouring phases never meet in the loss, and stitching shows seams. Other sizes\n"
    "become the next one that the network can return. In 3D the size along z follows.\n"
    f"Default: {DEFAULTS[2].window} px, in 3D {DEFAULTS[3].window} px"
)


class CountSpin(QSpinBox):
    """A number that does not follow the wheel unasked."""

    def __init__(self, low: int, high: int, tooltip: str) -> None:
        super().__init__()
        self.setRange(low, high)
        self.setToolTip(tooltip)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Change by the wheel only after a click, so that scrolling the dock changes nothing."""
        if self.hasFocus():
            super().wheelEvent(event)
        elif event is not None:
            event.ignore()


class NetworkSection(QWidget):
    """Channels, width, levels, window, batch, rate and seed; defaults follow what is trained."""

    changed = Signal()
    """The network is another one."""

    def __init__(self) -> None:
        super().__init__()
        self._method: Method = "spatial-embedding"
        self._ndim = 2
        self._card: ModelConfig | None = None
        self.obstacle = ""
        """Why there is no such network; empty if there is."""
        self._create()
        self._lay_out()
        for spin in self._of_network:
            spin.valueChanged.connect(self._on_network)
        self.window_spin.editingFinished.connect(self._on_window)
        self.batch_spin.valueChanged.connect(self._on_window)
        self._set_defaults()

    def _create(self) -> None:
        self.channels_spin = CountSpin(1, 64, "")
        self.width_spin = CountSpin(1, 256, "")
        self.levels_spin = CountSpin(1, 6, "")
        self._of_network = {
            self.channels_spin: "Image channels that the network reads. Default: 1",
            self.width_spin: "Feature maps on the first level, doubled on each further one.\n"
            "Default: 16, in 3D 12",
            self.levels_spin: "Poolings by 2. Default: 4, in 3D 3",
        }
        self.window_spin = StepSpin()
        self.window_spin.setToolTip(WINDOW)
        self.batch_spin = CountSpin(1, 256, "Windows per step. Default: 4, in 3D 2")
        self.rate_spin = QDoubleSpinBox()
        self.rate_spin.setDecimals(5)
        self.rate_spin.setRange(1e-5, 1.0)
        self.rate_spin.setSingleStep(5e-4)
        self.rate_spin.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.rate_spin.setToolTip(
            f"Highest rate of Adam. Default: {DEFAULTS[2].rate}, in 3D {DEFAULTS[3].rate}, "
            f"after another model {FINE_RATE}"
        )
        self.seed_spin = CountSpin(0, 2**31 - 1, "Start of all random numbers. Default: 0")
        self.summary = hint()
        self.notice = Notice()

    def _lay_out(self) -> None:
        form = Form(self)
        form.add("Channels", self.channels_spin)
        form.add("Width", self.width_spin)
        form.add("Levels", self.levels_spin)
        form.add("Window", self.window_spin)
        form.add("Batch", self.batch_spin)
        form.add("Rate", self.rate_spin)
        form.add("Seed", self.seed_spin)
        form.addRow(self.summary)
        form.addRow(self.notice)

    @property
    def spec(self) -> UNetSpec:
        """The network: that of the model to start from, with the channels of the method."""
        given, method = self._given, self._method
        if given is None:
            return network_for(
                method,
                self._ndim,
                self.levels_spin.value(),
                width=self.width_spin.value(),
                in_channels=self.channels_spin.value(),
            )
        if self._card is not None and self._card.method == method:
            return given
        dims = network_for(method, given.ndim, 1).embedding_dims
        return given.model_copy(update={"embedding_dims": dims, "foreground": True})

    @property
    def _given(self) -> UNetSpec | None:
        """The network of the model to start from."""
        spec = None if self._card is None else self._card.unet
        return spec if isinstance(spec, UNetSpec) else None

    def set_network(self, method: Method, ndim: int, card: ModelConfig | None) -> None:
        """Say what is trained; defaults are set anew where they differ.

        Parameters
        ----------
        method
            What the channels mean.
        ndim
            Number of spatial axes.
        card
            Of the model to start from, which decides the network.
        """
        anew = (ndim, card) != (self._ndim, self._card)
        self._method, self._ndim, self._card = method, ndim, card
        if anew:
            self._set_defaults()
        else:
            self._on_network()

    def settings(self) -> dict[str, Any]:
        """Return fields of `TrainConfig`."""
        spec = self.spec
        return {
            "spec": spec,
            "window": self._legal_window(spec),
            "context": self._context(spec),
            "batch": self.batch_spin.value(),
            "learning_rate": self.rate_spin.value(),
            "seed": self.seed_spin.value(),
        }

    def _set_defaults(self) -> None:
        given, defaults = self._given, DEFAULTS[self._ndim]
        with QSignalBlocker(self):
            for spin, tooltip in self._of_network.items():
                spin.setEnabled(given is None)
                spin.setToolTip(tooltip if given is None else GIVEN)
            self.channels_spin.setValue(given.in_channels if given else 1)
            self.width_spin.setValue(given.width if given else defaults.width)
            self.levels_spin.setValue(given.levels if given else defaults.levels)
            self.batch_spin.setValue(defaults.batch)
            self.rate_spin.setValue(FINE_RATE if given else defaults.rate)
            self.window_spin.setValue(defaults.window)
        self._on_network()

    def _on_network(self) -> None:
        """Step over the windows that this network can return, or say why there is none."""
        self.notice.clear()
        self.obstacle = ""
        try:
            spec = self.spec
        except InputError as error:
            self.obstacle = str(error)
            self.notice.say(self.obstacle, ERROR)
        else:
            self.window_spin.set_steps(self._legal_window(spec, 1)[-1], spec.period[-1])
            self._on_window()
        self.changed.emit()

    def _on_window(self) -> None:
        """Say what a step costs, and what it may spoil."""
        if self.obstacle:
            return
        config = TrainConfig(method=self._method, **self.settings())
        spec, window = config.spec, config.window_px
        with QSignalBlocker(self.window_spin):
            self.window_spin.setValue(window[-1])
        self.summary.setText(
            f"Reads {sizes_text(config.footprint.input_size(window))} for {sizes_text(window)}, "
            f"period {sizes_text(spec.period)}, {spec.parameters / 1e6:.2g} million weights"
        )
        if config.cautions:
            self.notice.say(config.cautions[0], WARNING)
        else:
            self.notice.clear()

    def _legal_window(self, spec: UNetSpec, at_least: int | None = None) -> tuple[int, ...]:
        """Return the next possible window that is larger than the period, per axis in px."""
        wanted = self.window_spin.value() if at_least is None else at_least
        period = spec.period
        targets = tuple(max(t + 1, wanted * t // period[-1]) for t in period)
        reading = TrainConfig.model_construct(spec=spec, context=self._context(spec))
        return reading.footprint.window_at_least(targets)

    def _context(self, spec: UNetSpec) -> tuple[int, ...]:
        """Return what is read around the window; less along axes that are pooled less."""
        context, period = DEFAULTS[spec.ndim].context, spec.period
        return tuple(context * t // period[-1] for t in period)
