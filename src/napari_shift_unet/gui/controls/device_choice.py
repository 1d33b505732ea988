"""The choice of the device that computes."""

from collections.abc import Generator

from qtpy.QtCore import QSignalBlocker

from ..preferences.store import preferences
from .parts import Choice


def find_devices() -> Generator[None, None, list[str]]:
    """Return the devices that can compute; the first call takes a while, for it imports torch."""
    from ...prediction import available_devices

    yield
    return available_devices()


KEY = "device"
"""Of what is remembered: one machine has one fastest device, for all widgets."""


class DeviceChoice(Choice):
    """Offers `"auto"` until the devices are known, which takes a while to find out."""

    def __init__(self) -> None:
        super().__init__("Where the network computes. Default: auto, the fastest that there is")
        self.addItem("auto", "auto")
        self._wanted = preferences().value(KEY, "auto")
        self.currentIndexChanged.connect(self._on_chosen)
        self.activated.connect(lambda: preferences().keep(KEY, self.device))

    @property
    def device(self) -> str:
        """`"auto"` or the name of a device."""
        return str(self.currentData())

    def set_devices(self, names: list[str]) -> None:
        """Offer the devices that there are, the fastest first."""
        with QSignalBlocker(self):
            self.clear()
            self.addItem(f"auto: {names[0]}", "auto")
            for name in names:
                self.addItem(name, name)
            self.setCurrentIndex(max(0, self.findData(self._wanted)))

    def _on_chosen(self) -> None:
        self._wanted = self.device
