"""Controls that rest for a while, and say why."""

from collections.abc import Iterable

from qtpy.QtWidgets import QWidget


class Lock:
    """Disables parts of a dock; the tooltips of all their controls give the reason.

    Parameters
    ----------
    parts
        What is disabled, each with all that is in it.
    reason
        A sentence on why, unless `set` is told another one.
    """

    def __init__(self, parts: Iterable[QWidget], reason: str) -> None:
        self._parts, self._reason = list(parts), reason
        self._tooltips: dict[QWidget, str] = {}

    def set(self, locked: bool, reason: str = "") -> None:
        """Lock, or unlock and give the tooltips back."""
        for part in self._parts:
            part.setEnabled(not locked)
            for control in (part, *part.findChildren(QWidget)) if locked else ():
                if control.toolTip():
                    self._tooltips.setdefault(control, control.toolTip())
                    control.setToolTip(reason or self._reason)
        if not locked:
            for control, tooltip in self._tooltips.items():
                control.setToolTip(tooltip)
            self._tooltips.clear()
