"""What the channels of another program's network mean, which no file says."""

from typing import TYPE_CHECKING

from qtpy.QtCore import QSignalBlocker, Signal
from qtpy.QtWidgets import QWidget

from ...errors import InputError
from ...networks import Method
from .model_card import WORDS
from .parts import Choice, Form
from .probing_job import Probed

if TYPE_CHECKING:
    from ...networks import Model

NO_FOREGROUND = "none"


class ChannelsForm(QWidget):
    """Which channel is the foreground, and what all others are together."""

    changed = Signal()
    """The user chose another meaning."""

    def __init__(self) -> None:
        super().__init__()
        self._probed: Probed | None = None
        self.foreground_choice = Choice(
            "Channel of the network's output that is the logit of the foreground, or of the seed\n"
            "map; all others are the embedding. Default: none"
        )
        self.method_choice = Choice(
            "What the embedding channels are: as they are (discriminative), displacements in px\n"
            "and more (semi-convolutional), or displacements and log sigma (spatial embedding).\n"
            "Default: discriminative"
        )
        for method, words in WORDS.items():
            self.method_choice.addItem(words, method)
        form = Form(self)
        form.add("Foreground", self.foreground_choice)
        form.add("Embedding", self.method_choice)
        self.foreground_choice.currentIndexChanged.connect(self._on_foreground)
        self.method_choice.currentIndexChanged.connect(self.changed)

    def set_network(self, probed: Probed) -> None:
        """Offer the channels of a network; those of the last one stay if it is that."""
        if self._probed is probed:
            return
        self._probed = probed
        channels = probed.verdict.out_channels
        with QSignalBlocker(self):
            self.foreground_choice.clear()
            self.foreground_choice.addItem(NO_FOREGROUND, None)
            for channel in range(channels if channels > 1 else 0):
                self.foreground_choice.addItem(f"channel {channel} of {channels}", channel)
            self.method_choice.setCurrentIndex(0)

    def model(self) -> "Model | None":
        """Return the network as a model with the chosen channels."""
        return self._as(self.method_choice.currentData()) if self._probed else None

    def _on_foreground(self) -> None:
        """Offer the methods that the other channels suffice for."""
        if self._probed is None:
            return
        with QSignalBlocker(self):
            for place in range(self.method_choice.count()):
                reason = self._obstacle(self.method_choice.itemData(place))
                self.method_choice.set_obstacle(place, reason)
                if reason and place == self.method_choice.currentIndex():
                    self.method_choice.setCurrentIndex(0)
        self.changed.emit()

    def _obstacle(self, method: Method) -> str:
        try:
            self._as(method)
        except InputError as error:
            return str(error)
        return ""

    def _as(self, method: Method) -> "Model | None":
        channel: int | None = self.foreground_choice.currentData()
        return self._probed.model(method, channel) if self._probed else None
