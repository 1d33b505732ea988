"""The section whose controls the labels follow at once, without predicting again."""

from textwrap import wrap

from qtpy.QtCore import QSignalBlocker, Signal
from qtpy.QtWidgets import QCheckBox, QLabel, QWidget

from ..embeddings import ClusterConfig
from .parts import ERROR, Choice, Form, Notice, on_one_line
from .slider import Slider
from .step_spin import StepSpin

METHODS = {"mean-shift": "mean shift"}
KERNELS = {"flat": "flat", "gaussian": "Gaussian"}
BANDWIDTHS = (0.2, 3.0)
"""Range of the slider, over the bandwidth that the model was validated with."""
TOOLTIP_WIDTH = 80


class ClusteringSection(QWidget):
    """How embeddings become instances."""

    changed = Signal()
    """A control was moved by the user."""

    def __init__(self) -> None:
        super().__init__()
        self._default = ClusterConfig()
        self._create()
        self._lay_out()
        self._connect()
        self.set_model(self._default, has_foreground=True)

    def _create(self) -> None:
        self.method_choice = Choice("")
        for value, text in METHODS.items():
            self.method_choice.addItem(text, value)
        self.kernel_choice = Choice("")
        for value, text in KERNELS.items():
            self.kernel_choice.addItem(text, value)
        self.bandwidth_slider = Slider()
        self.foreground_slider = Slider()
        self.foreground_slider.setRange(0, 1)
        self.min_size_spin = StepSpin()
        self.min_size_spin.setRange(0, 1_000_000)
        self.min_size_spin.set_steps(0, 10)
        self.split_box = QCheckBox("split parts")
        self.result = QLabel()
        self.result.setWordWrap(True)
        self.result.setToolTip("Objects in the whole image, and their median size")
        self.notice = Notice()
        self._controls: dict[str, QWidget] = {
            "method": self.method_choice,
            "kernel": self.kernel_choice,
            "bandwidth": self.bandwidth_slider,
            "foreground_threshold": self.foreground_slider,
            "min_size": self.min_size_spin,
            "split_components": self.split_box,
        }

    def _lay_out(self) -> None:
        form = Form(self)
        form.add("Method", on_one_line(self.method_choice, self.kernel_choice, stretch=0))
        form.add("Bandwidth", self.bandwidth_slider)
        form.add("Foreground", self.foreground_slider)
        form.add("Smallest", on_one_line(self.min_size_spin, self.split_box))
        form.addRow(self.notice)
        form.addRow(self.result)

    def _connect(self) -> None:
        for choice in (self.method_choice, self.kernel_choice):
            choice.currentIndexChanged.connect(self.changed)
        for slider in (self.bandwidth_slider, self.foreground_slider):
            slider.valueChanged.connect(self.changed)
        self.min_size_spin.valueChanged.connect(self.changed)
        self.split_box.toggled.connect(self.changed)

    def set_model(self, default: ClusterConfig, *, has_foreground: bool) -> None:
        """Take over the settings that a model was validated with, and range the sliders by them.

        Parameters
        ----------
        default
            The settings.
        has_foreground
            Whether the model tells foreground from background.
        """
        self._default = default
        low, high = (factor * default.bandwidth for factor in BANDWIDTHS)
        with QSignalBlocker(self.bandwidth_slider):
            self.bandwidth_slider.setRange(low, high)
        for name, control in self._controls.items():
            control.setToolTip(_explain(name, getattr(default, name)))
        self.foreground_slider.setEnabled(has_foreground)
        self.set_config(default)

    def set_config(self, config: ClusterConfig) -> None:
        """Show settings without saying that they changed."""
        with QSignalBlocker(self):
            self.method_choice.setCurrentIndex(self.method_choice.findData(config.method))
            self.kernel_choice.setCurrentIndex(self.kernel_choice.findData(config.kernel))
            self.bandwidth_slider.setValue(config.bandwidth)
            self.foreground_slider.setValue(config.foreground_threshold)
            self.min_size_spin.setValue(config.min_size)
            self.split_box.setChecked(config.split_components)

    def config(self) -> ClusterConfig:
        """Return the settings as they are shown."""
        return self._default.model_copy(
            update={
                "method": self.method_choice.currentData(),
                "kernel": self.kernel_choice.currentData(),
                "bandwidth": self.bandwidth_slider.value(),
                "foreground_threshold": self.foreground_slider.value(),
                "min_size": self.min_size_spin.value(),
                "split_components": self.split_box.isChecked(),
            }
        )

    def say(self, text: str) -> None:
        """Say what the settings gave."""
        self.notice.clear()
        self.result.setText(text)

    def refuse(self, text: str) -> None:
        """Say why the settings gave nothing."""
        self.result.setText("")
        self.notice.say(text, ERROR)


def _explain(name: str, default: object) -> str:
    """Say what a setting does, in its own words, and its default."""
    shown = ("off", "on")[default] if isinstance(default, bool) else default
    text = (ClusterConfig.model_fields[name].description or "").replace("\n", " ")
    return "\n".join([*wrap(text, TOOLTIP_WIDTH), f"Default: {shown}"])
