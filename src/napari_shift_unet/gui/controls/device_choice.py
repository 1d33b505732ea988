"""The choice of the device that computes."""

from collections.abc import Generator

from qtpy.QtCore import QObject, QSignalBlocker, QTimer, Signal

from ..jobs import Jobs
from ..preferences.store import preferences
from .parts import Choice

KEY = "device"
"""Of what is remembered: one machine has one fastest device, for all widgets."""
LATER_MS = 500


class DeviceSearch(QObject):
    """Finds out in a thread which devices there are, which imports torch.

    It begins when the dock has long been drawn: an import holds up every other thread.
    """

    found = Signal(object)
    """Names of the devices, the fastest first."""

    def __init__(self) -> None:
        super().__init__()
        self._jobs = Jobs()
        self._jobs.returned.connect(self.found)
        self._timer = QTimer()
        self._timer.setSingleShot(True)
        self._timer.setInterval(LATER_MS)
        self._timer.timeout.connect(lambda: self._jobs.start(_find()))

    def begin(self) -> None:
        """Search after a while."""
        self._timer.start()

    def close(self) -> None:
        """Search no more, and wait until the thread has ended."""
        self._timer.stop()
        self._jobs.close()


def _find() -> Generator[None, None, list[str]]:
    from ...prediction import available_devices

    yield
    return available_devices()


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
