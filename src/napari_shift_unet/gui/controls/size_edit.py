"""A size in px that the user types, steps, or leaves to the plan; for all axes or per axis."""

from collections.abc import Sequence

from qtpy.QtCore import QSignalBlocker, Signal
from qtpy.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from .step_spin import StepSpin


class SizeEdit(QWidget):
    """One spin box per axis, or one for all, and "auto".

    With "auto" the boxes show what the plan has chosen; typing or stepping takes over from there.
    """

    changed = Signal()

    def __init__(self, name: str, tooltip: str, auto_tooltip: str) -> None:
        super().__init__()
        self.setToolTip(tooltip)
        self.spins = [StepSpin() for _ in range(3)]
        for spin in self.spins:
            spin.setAccessibleName(name)
            spin.valueChanged.connect(self._on_value)
        self.auto = QCheckBox("auto")
        self.auto.setToolTip(auto_tooltip)
        self.auto.setChecked(True)
        self.auto.toggled.connect(self.changed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for spin in self.spins:
            layout.addWidget(spin, 1)
        layout.addWidget(self.auto)
        self._shown = 1
        self.set_axes("yx", per_axis=False)

    def set_axes(self, axes: str, *, per_axis: bool) -> None:
        """Show one box for all axes, or one per axis, named by its letter."""
        first = self.spins[0].value()
        self._shown = len(axes) if per_axis else 1
        self._count = len(axes)
        for place, spin in enumerate(self.spins):
            spin.setVisible(place < self._shown)
            spin.setPrefix(f"{axes[place]} " if per_axis and place < self._shown else "")
            spin.setSuffix("" if per_axis else " px")
            spin.set_compact(per_axis)
            if place >= self._shown:
                with QSignalBlocker(spin):
                    spin.setValue(first)

    def set_steps(self, base: Sequence[int], step: Sequence[int]) -> None:
        """Step over these sizes, per axis."""
        for spin, first, by in zip(self.spins, base, step, strict=False):
            spin.set_steps(first, by)

    def value(self) -> tuple[int, ...] | None:
        """Return the chosen size per axis in px; `None` for auto."""
        return None if self.auto.isChecked() else self.sizes()

    def sizes(self) -> tuple[int, ...]:
        """Return what the boxes show per axis in px, chosen or not."""
        shown = [spin.value() for spin in self.spins[: self._shown]]
        return tuple(shown) if self._shown > 1 else (shown[0],) * self._count

    def show_nothing(self) -> None:
        """Show no number, as there is nothing to choose for."""
        for spin in self.spins:
            spin.set_caption("–")

    def show_chosen(self, sizes: Sequence[int]) -> None:
        """Show what the plan has chosen for "auto"."""
        for spin, size in zip(self.spins, sizes, strict=False):
            with QSignalBlocker(spin):
                spin.setValue(size)
                spin.set_caption("")
        if self._shown == 1 and len(set(sizes)) > 1:
            self.spins[0].set_caption(" × ".join(map(str, sizes)))

    def choose(self, sizes: Sequence[int] | None) -> None:
        """Set the size per axis as if the user had; `None` is auto."""
        if sizes is not None:
            self.show_chosen(sizes)
        with QSignalBlocker(self.auto):
            self.auto.setChecked(sizes is None)
        self.changed.emit()

    def _on_value(self) -> None:
        for spin in self.spins:
            spin.set_caption("")
        with QSignalBlocker(self.auto):
            self.auto.setChecked(False)
        self.changed.emit()
