"""The section whose controls the labels follow at once, without predicting again."""

from textwrap import wrap
from typing import Any

from qtpy.QtCore import QSignalBlocker, Signal
from qtpy.QtWidgets import QCheckBox, QComboBox, QLabel, QLayout, QWidget

from ...embeddings import ClusterConfig, clustering_of, obstacle, settings_of
from ...embeddings.config import ClusterMethod
from ...networks import ModelConfig
from ..controls.parts import ERROR, Choice, Form, Notice, on_one_line
from ..controls.slider import Slider
from ..controls.step_spin import StepSpin

METHODS: dict[ClusterMethod, str] = {
    "mean-shift": "mean shift",
    "greedy-seeds": "greedy seeds",
    "k-means": "k-means",
    "hdbscan": "HDBSCAN",
}
KERNELS = {"flat": "flat", "gaussian": "Gaussian"}
LENGTHS = (0.2, 3.0)
"""Range of the sliders of bandwidth and sigma, over what the model was validated with."""
TOOLTIP_WIDTH = 80

Control = QComboBox | QCheckBox | Slider | StepSpin


class ClusteringSection(QWidget):
    """How embeddings become instances."""

    changed = Signal()
    """A control was moved by the user."""

    def __init__(self) -> None:
        super().__init__()
        self._card: ModelConfig | None = None
        self._default = ClusterConfig()
        self._create()
        self._lay_out()
        self._connect()
        self._on_method()

    def _create(self) -> None:
        self.method_choice = Choice("")
        for method, text in METHODS.items():
            self.method_choice.addItem(text, method)
        self.kernel_choice = Choice("")
        for kernel, text in KERNELS.items():
            self.kernel_choice.addItem(text, kernel)
        self.rest_box = QCheckBox("join the rest")
        self.bandwidth_slider, self.sigma_slider = Slider(), Slider()
        self.seed_slider, self.foreground_slider = Slider(), Slider()
        for slider in (self.seed_slider, self.foreground_slider):
            slider.setRange(0, 1)
        self.part_box = QCheckBox("each by itself")
        self.clusters_spin = StepSpin()
        self.clusters_spin.setSuffix("")
        self.min_size_spin = StepSpin()
        self.min_size_spin.setRange(0, 1_000_000)
        self.min_size_spin.set_steps(0, 10)
        self.split_box = QCheckBox("split parts")
        self.background_box = QCheckBox("the largest cluster")
        self.result = QLabel()
        self.result.setWordWrap(True)
        self.result.setToolTip("Objects in the whole image, and their median size")
        self.notice = Notice()
        self._controls: dict[str, Control] = {
            "method": self.method_choice,
            "kernel": self.kernel_choice,
            "bandwidth": self.bandwidth_slider,
            "by_part": self.part_box,
            "seed_threshold": self.seed_slider,
            "sigma": self.sigma_slider,
            "clusters": self.clusters_spin,
            "assign_rest": self.rest_box,
            "foreground_threshold": self.foreground_slider,
            "largest_is_background": self.background_box,
            "min_size": self.min_size_spin,
            "split_components": self.split_box,
        }

    def _lay_out(self) -> None:
        self._form = form = Form(self)
        self._beside = {"kernel": self.kernel_choice, "assign_rest": self.rest_box}
        rows: dict[str, tuple[str, QWidget | QLayout]] = {
            "bandwidth": ("Bandwidth", self.bandwidth_slider),
            "by_part": ("Parts", self.part_box),
            "sigma": ("Sigma", self.sigma_slider),
            "seed_threshold": ("Seeds from", self.seed_slider),
            "clusters": ("Clusters", on_one_line(self.clusters_spin)),
            "foreground_threshold": ("Foreground", self.foreground_slider),
            "largest_is_background": ("Background", self.background_box),
        }
        self._rows = {name: row for name, (_, row) in rows.items()}
        form.add("Method", on_one_line(self.method_choice, *self._beside.values(), stretch=0))
        for text, row in rows.values():
            form.add(text, row)
        form.add("Smallest", on_one_line(self.min_size_spin, self.split_box))
        form.addRow(self.notice)
        form.addRow(self.result)

    def _connect(self) -> None:
        self.method_choice.currentIndexChanged.connect(self._on_method)
        for control in self._controls.values():
            _change_of(control).connect(self.changed)

    def set_card(self, card: ModelConfig) -> None:
        """Take over the settings that a model was validated with, and offer what it can use."""
        self._card, self._default = card, clustering_of(card)
        for place, method in enumerate(METHODS):
            self.method_choice.set_obstacle(place, obstacle(method, card))
        for slider, length in (
            (self.bandwidth_slider, self._default.bandwidth),
            (self.sigma_slider, self._default.sigma),
        ):
            with QSignalBlocker(slider):
                slider.setRange(*(factor * length for factor in LENGTHS))
        for name, control in self._controls.items():
            control.setToolTip(_explain(name, getattr(self._default, name)))
        self.set_config(self._default)
        self._on_method()

    def set_config(self, config: ClusterConfig) -> None:
        """Show settings without saying that they changed."""
        with QSignalBlocker(self):
            for name, control in self._controls.items():
                _show(control, getattr(config, name))

    def config(self) -> ClusterConfig:
        """Return the settings of all controls; those that are hidden have no effect."""
        shown = {name: _shown(control) for name, control in self._controls.items()}
        return self._default.model_copy(update=shown)

    def say(self, text: str) -> None:
        """Say what the settings gave."""
        self.notice.clear()
        self.result.setText(text)

    def refuse(self, text: str) -> None:
        """Say why the settings gave nothing."""
        self.result.setText("")
        self.notice.say(text, ERROR)

    def _on_method(self) -> None:
        """Show the controls that have an effect, and no others."""
        method = self.method_choice.currentData()
        names = () if self._card is None else settings_of(method, self._card)
        for name, row in self._rows.items():
            self._form.setRowVisible(row, name in names)
        for name, control in self._beside.items():
            control.setVisible(name in names)


def _change_of(control: Control) -> Any:
    """Return the signal of a control that the user moved."""
    if isinstance(control, QComboBox):
        return control.currentIndexChanged
    return control.toggled if isinstance(control, QCheckBox) else control.valueChanged


def _shown(control: Control) -> Any:
    """Return the value of a control."""
    if isinstance(control, QComboBox):
        return control.currentData()
    return control.isChecked() if isinstance(control, QCheckBox) else control.value()


def _show(control: Control, value: Any) -> None:
    """Give a control a value."""
    if isinstance(control, QComboBox):
        control.setCurrentIndex(control.findData(value))
    elif isinstance(control, QCheckBox):
        control.setChecked(value)
    else:
        control.setValue(value)


def _explain(name: str, default: object) -> str:
    """Say what a setting does, in its own words, and its default."""
    if isinstance(default, bool):
        shown = "on" if default else "off"
    else:
        shown = f"{default:.4g}" if isinstance(default, float) else str(default)
    text = (ClusterConfig.model_fields[name].description or "").replace("\n", " ")
    return "\n".join([*wrap(text, TOOLTIP_WIDTH), f"Default: {shown}"])
