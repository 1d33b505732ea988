"""The choice of the tiles whose seams are audited: of the run, searched for, or given."""

from collections.abc import Mapping, Sequence
from typing import Any

from qtpy.QtCore import QSignalBlocker, Signal
from qtpy.QtWidgets import QRadioButton, QVBoxLayout, QWidget

from ...errors import InputError
from ...seams.auditing import check_tiling
from ...seams.frames import LabelStack
from ..controls.parts import ERROR, Form, Notice, on_one_line
from ..controls.size_edit import SizeEdit

RUN, FIND, GIVEN = "of the run", "find them", "given"
HELP = {
    RUN: "Tiles that the labels' own facts name. Default, if they name any",
    FIND: "Search the labels, and the embedding, for the tiles with most evidence; pays for the\n"
    "search with the p-value. Default, if the labels name no tiles",
    GIVEN: "Tiles that you know, for instance from the settings of another program. Default: off",
}
NO_RUN = "These labels do not say how they were tiled."
DEFAULT_PX = 256


class TilingSection(QWidget):
    """One of three ways, and two rows of numbers for the last one."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._stack: LabelStack | None = None
        self._of_run: tuple[int, ...] | None = None
        self.buttons = {way: QRadioButton(way) for way in (RUN, FIND, GIVEN)}
        self.tile_edit = _size_edit(
            "Tile",
            f"Distance of two seams in px: a tile less its overlap.\nDefault: {DEFAULT_PX} px",
        )
        self.offset_edit = _size_edit(
            "Offset",
            "Position of the first seam in px; 0 if the first tile is a whole one. Default: 0 px",
        )
        self.notice = Notice()
        self._lay_out()
        for way, button in self.buttons.items():
            button.setToolTip(HELP[way])
            button.toggled.connect(self._on_changed)
        for edit in (self.tile_edit, self.offset_edit):
            edit.changed.connect(self._on_changed)
        self.buttons[FIND].setChecked(True)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        rows = QWidget()
        self._form = Form(rows)
        self._form.add("Tiles", on_one_line(*self.buttons.values()))
        self._form.add("Tile [px]", self.tile_edit)
        self._form.add("Offset [px]", self.offset_edit)
        layout.addWidget(rows)
        layout.addWidget(self.notice)

    @property
    def way(self) -> str:
        """What is chosen."""
        return next(way for way, button in self.buttons.items() if button.isChecked())

    @property
    def tile(self) -> tuple[int, ...] | None:
        """Tile per spatial axis in px; `None` if it is to be searched for."""
        if self.way == FIND:
            return None
        return self._of_run if self.way == RUN else self.tile_edit.sizes()

    @property
    def offset(self) -> tuple[int, ...]:
        """Offset per spatial axis in px."""
        return self.offset_edit.sizes() if self.way == GIVEN else (0,) * len(self.tile or (0,))

    def set_labels(self, stack: LabelStack | None, facts: Mapping[str, Any]) -> None:
        """Say which labels are to be audited, and what they say of their run."""
        is_new = stack is None or self._stack is None or stack.shape != self._stack.shape
        before, self._stack = self._of_run, stack
        self._of_run = None if stack is None else tiles_of_run(stack, facts)
        if stack is not None and is_new:
            space = [stack.shape[axis] for axis in stack.space]
            letters = "".join(stack.axes[axis] for axis in stack.space)
            for edit, sizes in (
                (self.tile_edit, [min(DEFAULT_PX, n) for n in space]),
                (self.offset_edit, [0] * len(space)),
            ):
                with QSignalBlocker(edit):
                    edit.set_axes(letters, per_axis=True)
                    edit.choose(sizes)
        run = self.buttons[RUN]
        run.setEnabled(self._of_run is not None)
        run.setToolTip(HELP[RUN] if self._of_run is not None else NO_RUN)
        if self._of_run is not None and self._of_run != before:
            run.setChecked(True)
        elif self._of_run is None and self.way == RUN:
            self.buttons[FIND].setChecked(True)
        self._on_changed()

    def _on_changed(self) -> None:
        """Show the rows that matter, and say what is wrong with them."""
        for edit in (self.tile_edit, self.offset_edit):
            self._form.setRowVisible(edit, self.way == GIVEN)
        self.notice.clear()
        if self._stack is not None and self.tile is not None:
            try:
                check_tiling(self._stack, self.tile, self.offset)
            except InputError as error:
                self.notice.say(str(error), ERROR)
        self.changed.emit()


def tiles_of_run(stack: LabelStack, facts: Mapping[str, Any]) -> tuple[int, ...] | None:
    """Return the tiles that the facts of a run name, per spatial axis as far as it has them."""
    crop = facts.get("crop")
    if not isinstance(crop, Sequence) or not 1 <= len(crop) <= len(stack.space):
        return None
    lengths = [stack.shape[axis] for axis in stack.space[-len(crop) :]]
    return tuple(min(int(n), length) for n, length in zip(crop, lengths, strict=True))


def _size_edit(name: str, tooltip: str) -> SizeEdit:
    edit = SizeEdit(name, tooltip, "")
    edit.auto.setChecked(False)
    edit.auto.hide()
    for spin in edit.spins:
        spin.setMinimum(0)
        spin.setToolTip(tooltip)
    return edit
