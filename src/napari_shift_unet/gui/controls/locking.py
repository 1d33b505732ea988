"""Controls that rest while something runs, and say why."""

from collections.abc import Iterable

from qtpy.QtWidgets import QWidget


class Lock:
    """Disables parts of a dock; the tooltips of all their controls give the reason.

    Parameters
    ----------
    parts
        What is disabled.
    reason
        A sentence on why.
    """

    def __init__(self, parts: Iterable[QWidget], reason: str) -> None:
        self._parts, self._reason = list(parts), reason
        self._tooltips: dict[QWidget, str] = {}

    def set(self, locked: bool) -> None:
        """Lock, or unlock and give the tooltips back."""
        for part in self._parts:
            part.setEnabled(not locked)
            for control in part.findChildren(QWidget):
                if locked and control.toolTip() and control not in self._tooltips:
                    self._tooltips[control] = control.toolTip()
                    control.setToolTip(self._reason)
        if not locked:
            for control, tooltip in self._tooltips.items():
                control.setToolTip(tooltip)
            self._tooltips.clear()
