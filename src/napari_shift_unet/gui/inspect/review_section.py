"""The queue of suspicious pairs: look at one after the other, and decide."""

from collections.abc import Callable

import numpy as np
from qtpy.QtCore import Qt
from qtpy.QtGui import QKeySequence, QShortcut
from qtpy.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from ...errors import InputError
from ...seams.reviewing import Verdict, box_around
from ..canvas.canvas_mode import CanvasMode, Position
from ..canvas.flying import fly_to
from ..canvas.view import shown_axes
from ..controls.parts import Line, on_one_line
from .inspection import Inspection
from .merge_all import MergeAll
from .pair_table import PairTable
from .reviewer import Reviewer

READY = "Click a row, or Review to use the keys on the image."
REVIEWING = "Keys: n, p, m, k, s; Esc ends. Click: nearest pair."
NO_PAIRS = "No suspicious pairs."
DONE = "All pairs are decided on. Ctrl+Z takes back."
FIRST = "Click a pair first, or press n."
IS_MERGED = "They are one object already; Ctrl+Z takes a merge back."


class ReviewSection(QWidget):
    """Table, keys and buttons; every decision is one step of undo.

    Parameters
    ----------
    inspection
        What was audited.
    """

    def __init__(self, inspection: Inspection) -> None:
        super().__init__()
        self._inspection = inspection
        self.reviewer = Reviewer(inspection)
        self._actions: dict[str, Callable[[], None]] = {
            "N": lambda: self.go(1),
            "P": lambda: self.go(-1),
            "M": self._on_merge,
            "K": self._on_keep,
            "S": self._on_split,
        }
        self._mode = CanvasMode(
            inspection.viewer,
            self._on_click,
            {
                **self._actions,
                "Escape": self.stop,
                "Control-Z": self.reviewer.undo,
                "Control-Shift-Z": self.reviewer.redo,
            },
            {},
            self.stop,
        )
        self._create()
        self._lay_out()
        self._connect()
        self._update()

    def _create(self) -> None:
        self.table = PairTable(self._inspection)
        self.mode_button = QPushButton("Review")
        self.mode_button.setCheckable(True)
        self.mode_button.setToolTip(
            "Take the keys n, p, m, k, s and clicks on the image until you press Esc.\n"
            "A click on the image goes to the nearest pair"
        )
        self.previous_button = QPushButton("◂ p")
        self.previous_button.setToolTip("Go to the previous pair of the table (p)")
        self.next_button = QPushButton("n ▸")
        self.next_button.setToolTip("Go to the next pair of the table (n)")
        walking = (self.mode_button, self.previous_button, self.next_button)
        self._does = {button: button.toolTip() for button in walking}
        self.merge_button, self.keep_button = QPushButton("Merge (m)"), QPushButton("Keep (k)")
        self.split_button = QPushButton("Split (s)")
        self.merge_all = MergeAll(self._inspection, self.reviewer)
        self.status = Line()
        self._shortcuts = [QShortcut(QKeySequence(key), self) for key in self._actions]
        for shortcut in self._shortcuts:
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.table)
        layout.addLayout(
            on_one_line(self.mode_button, self.previous_button, self.next_button, stretch=0)
        )
        grid = QGridLayout()
        grid.setSpacing(4)
        for place, button in enumerate((self.merge_button, self.keep_button, self.split_button)):
            grid.addWidget(button, 0, place)
        layout.addLayout(grid)
        layout.addWidget(self.status)
        layout.addWidget(self.merge_all)

    def _connect(self) -> None:
        inspection = self._inspection
        for shortcut, act in zip(self._shortcuts, self._actions.values(), strict=True):
            shortcut.activated.connect(act)
        self.table.chosen.connect(self.look_at)
        self.mode_button.toggled.connect(self._on_toggled)
        self.previous_button.clicked.connect(lambda: self.go(-1))
        self.next_button.clicked.connect(lambda: self.go(1))
        self.merge_button.clicked.connect(self._on_merge)
        self.keep_button.clicked.connect(self._on_keep)
        self.split_button.clicked.connect(self._on_split)
        self.merge_all.said.connect(self.status.set_text)
        inspection.audited.connect(self._on_audited)
        inspection.cleared.connect(self._on_cleared)
        inspection.decided.connect(self._update)
        inspection.pointed.connect(self._update)

    def go(self, by: int) -> None:
        """Look at the pair so many rows below."""
        pair = self.table.step(by)
        if pair is not None:
            self.look_at(pair)

    def look_at(self, pair: int) -> None:
        """Fly to a pair and highlight it."""
        subject = self._inspection.subject
        if subject is None:
            return
        viewer = self._inspection.viewer
        one, other = self._inspection.ids[pair].tolist()
        found = subject.audit.pairs[pair]
        low, high = map(np.array, box_around(subject.stack, found, (one, other)))
        contact = np.floor(found.centre)
        first, last = subject.axes.to_layer(low), subject.axes.to_layer(high, 1)
        contact = subject.axes.to_layer(contact)
        # The slice is that of the contact, not that of the middle of the objects.
        hidden = [at for at in range(len(first)) if at not in shown_axes(viewer, subject.layer)]
        first[hidden], last[hidden] = contact[hidden], contact[hidden] + 1
        fly_to(viewer, subject.layer, first.tolist(), last.tolist())
        self._inspection.point(pair)
        self._say_where(pair)

    def stop(self) -> None:
        """Give the keys and clicks back."""
        self.mode_button.setChecked(False)

    def close_down(self) -> None:
        """Give the keys and clicks back; Qt may have deleted this widget already."""
        self._mode.leave()
        self.reviewer.close_down()

    def _on_audited(self) -> None:
        self.status.set_text(READY if self._inspection.pairs else NO_PAIRS)
        self._update()

    def _on_cleared(self) -> None:
        self.stop()
        self._update()

    def _on_toggled(self, on: bool) -> None:
        subject = self._inspection.subject
        if not on or subject is None:
            self._mode.leave()
            self.status.set_text(READY)
            return
        subject.layer.mode = "pan_zoom"
        self._inspection.viewer.layers.selection.active = subject.layer
        self._mode.enter()
        if self._inspection.current is None:
            self.go(1)
        self.status.set_text(REVIEWING)

    def _on_click(self, position: Position, modifiers: frozenset[str]) -> None:
        """Go to the pair that is nearest to a click."""
        subject = self._inspection.subject
        if subject is None or not subject.audit.pairs:
            return
        place = subject.axes.from_layer(np.asarray(subject.layer.world_to_data(position)))
        centres = np.array([pair.centre for pair in subject.audit.pairs])
        self.look_at(int(((centres - place) ** 2).sum(axis=1).argmin()))

    def _on_merge(self) -> None:
        self._decide(lambda pair: None if self.reviewer.merge([pair]) else IS_MERGED)

    def _on_keep(self) -> None:
        self._decide(lambda pair: None if self.reviewer.keep(pair) else IS_MERGED)

    def _on_split(self) -> None:
        self._decide(self.reviewer.split)

    def _decide(self, act: Callable[[int], str | None]) -> None:
        """Decide on the current pair and go to the next open one, or say why it cannot be done."""
        pair = self._inspection.current
        if pair is None:
            self.status.set_text(FIRST)
            return
        try:
            refusal = act(pair)
        except InputError as error:
            refusal = str(error)
        if refusal:
            self.status.set_text(refusal[:1].upper() + refusal[1:])
        elif self._inspection.verdicts[pair] is Verdict.OPEN:
            self._say_where(pair)
        else:
            following = self.table.next_open()
            if following is None:
                self.status.set_text(DONE)
            else:
                self.look_at(following)

    def _say_where(self, pair: int) -> None:
        open_left = int(self._inspection.has_verdict(Verdict.OPEN).sum())
        verdict = self._inspection.verdicts[pair].value
        place = self.table.row_of(pair) + 1
        self.status.set_text(
            f"Pair {place} of {len(self._inspection.pairs)}: {verdict}; {open_left} open."
        )

    def _update(self) -> None:
        """Offer what can be done now, and say why something cannot."""
        has_pairs, current = bool(self._inspection.pairs), self._inspection.current
        for button in (self.mode_button, self.previous_button, self.next_button):
            button.setEnabled(has_pairs)
            button.setToolTip(self._does[button] if has_pairs else NO_PAIRS)
        refusal = "" if current is not None else FIRST if has_pairs else NO_PAIRS
        for button, does, obstacle in (
            (self.merge_button, "Make the two one object, and fill the gap (m)", ""),
            (self.keep_button, "Leave them two objects; again: open (k)", ""),
            (
                self.split_button,
                "Part the pixels of the pair, or of the merged object, into two groups\n"
                "by the embedding (s)",
                self.reviewer.obstacle_to_split,
            ),
        ):
            button.setEnabled(not (refusal or obstacle))
            button.setToolTip(refusal or obstacle or does)
