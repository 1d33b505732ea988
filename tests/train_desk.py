"""The Train widget with a tiny network, and a user who waits for signals."""

from typing import Any

import numpy as np
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QAbstractButton, QComboBox

from napari_shift_unet.gui.train.widget import TrainWidget
from napari_shift_unet.images import discs
from napari_shift_unet.training import state_path

STEPS = 12
WAIT_MS = 60_000


class TrainDesk:
    """What a user sees and does."""

    def __init__(self, widget: TrainWidget, viewer: Any, qtbot: Any, output: Any) -> None:
        self.widget, self.viewer, self.qtbot = widget, viewer, qtbot
        self.widget.recipe.output.choose(output)
        self.output, self.state = output, state_path(output)
        network = widget.network
        for spin, value in (
            (network.width_spin, 2),
            (network.levels_spin, 2),
            (network.window_spin, 12),
            (network.batch_spin, 2),
        ):
            spin.setValue(value)
        self.choose(widget.recipe.unit_choice, "steps")
        widget.recipe.length_spin.setValue(STEPS)

    def open_discs(self, shape=(60, 76)):
        """Open bright discs of radius 5 px and their labels."""
        image, labels = discs(shape, radius=5, spacing=16)
        return (
            self.viewer.add_image(np.asarray(image.data), name="cells"),
            self.viewer.add_labels(labels, name="truth"),
        )

    def choose(self, choice: QComboBox, text: str) -> None:
        choice.setCurrentIndex(choice.findText(text))
        choice.activated.emit(choice.currentIndex())

    def click(self, button: QAbstractButton) -> None:
        assert button.isVisibleTo(self.widget)
        assert button.isEnabled()
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def train(self) -> None:
        """Click Train and wait for the model."""
        with self.qtbot.waitSignal(self.widget.trainer.trained, timeout=WAIT_MS):
            self.click(self.widget.bar.train_button)

    def begin(self) -> None:
        """Click Train and wait for the first preview, in the middle of the training."""
        with self.qtbot.waitSignal(self.widget.trainer.previewed, timeout=WAIT_MS):
            self.click(self.widget.bar.train_button)

    @property
    def steps(self) -> list[int]:
        """Steps in the plot of the loss."""
        return [step for step, _ in self.widget.view.loss.values]

    @property
    def status(self) -> str:
        return self.widget.bar.status.full_text
