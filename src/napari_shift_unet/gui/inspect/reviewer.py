"""What a user decides on pairs: merged, kept, split; each is one step of undo."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from qtpy.QtCore import QObject

from ...errors import InputError
from ...seams.reviewing import Verdict, merge_now
from ..listening import Connections
from .editing import write_labels
from .inspection import Inspection, Subject

NO_EMBEDDING = "Splitting needs an embedding: choose one above and audit again."


class Reviewer(QObject):
    """Writes decisions into the labels, where napari's undo finds them.

    Parameters
    ----------
    inspection
        The pairs that are decided on.
    """

    def __init__(self, inspection: Inspection) -> None:
        super().__init__()
        self._inspection = inspection
        self._done: list[int | None] = []
        self._undone: list[int | None] = []
        self._listening = Connections()
        inspection.audited.connect(self._on_audited)
        inspection.cleared.connect(self._on_cleared)

    @property
    def obstacle_to_split(self) -> str:
        """Why nothing can be split; empty if it can."""
        subject = self._inspection.subject
        return NO_EMBEDDING if subject is None or subject.audited.embedding is None else ""

    def mergeable(self, threshold: float) -> list[int]:
        """Return the open pairs of at least a score."""
        inspection = self._inspection
        return [
            at
            for at, (pair, verdict) in enumerate(
                zip(inspection.pairs, inspection.verdicts, strict=True)
            )
            if verdict is Verdict.OPEN and pair.score >= threshold
        ]

    def merge(self, indices: Sequence[int]) -> int:
        """Merge pairs in one step; return how many were not one object before.

        Raises
        ------
        InputError
            If the labels cannot be edited.
        """
        subject, inspection = self._subject(), self._inspection
        chosen = [at for at in indices if _is_two(inspection.ids[at])]
        pairs = [inspection.pairs[at] for at in chosen]
        stack = subject.stack
        merged = merge_now(stack, pairs, inspection.ids[chosen])
        where = np.nonzero(merged != stack.labels)
        self._write(subject, where, merged[where])
        return len(chosen)

    def keep(self, index: int) -> bool:
        """Keep a pair as two objects, or open it again; False where it is one object now."""
        verdict = self._inspection.verdicts[index]
        if verdict not in (Verdict.OPEN, Verdict.KEPT):
            return False
        self._inspection.keep(index, verdict is Verdict.OPEN)
        self._done.append(index)
        self._undone.clear()
        return True

    def split(self, index: int) -> None:
        """Part the pixels of a pair by the embedding.

        Raises
        ------
        InputError
            If there is no embedding, if it sees nothing to part, or if no number is free.
        """
        from ...seams.splitting import split_pair  # slow to import

        subject = self._subject()
        if self.obstacle_to_split:
            raise InputError(self.obstacle_to_split)
        ids = int(self._inspection.ids[index, 0]), int(self._inspection.ids[index, 1])
        if not all(ids):
            raise InputError("one of the two is background now; nothing can be split.")
        pair = self._inspection.pairs[index]
        split = split_pair(subject.stack, subject.audited.embedding, pair, ids)
        self._inspection.set_apart(index, split.apart)
        self._write(subject, split.where, split.labels)

    def undo(self) -> None:
        """Take back what was done last, here or by painting."""
        self._step(self._done, self._undone)

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._step(self._undone, self._done)

    def close_down(self) -> None:
        """Stop listening to the layer."""
        self._listening.cut()

    def _subject(self) -> Subject:
        subject = self._inspection.subject
        if subject is None:
            raise InputError("nothing is audited; click Audit first.")
        return subject

    def _write(self, subject: Subject, where: tuple[np.ndarray, ...], labels: np.ndarray) -> None:
        write_labels(subject, where, labels)
        self._inspection.look()

    def _step(self, done: list[int | None], other: list[int | None]) -> None:
        """Go one step back or forth; labels know their own steps."""
        subject = self._inspection.subject
        if subject is None:
            return
        step = done.pop() if done else None
        if step is not None:
            kept = self._inspection.verdicts[step] is Verdict.KEPT
            self._inspection.keep(step, not kept)
        elif done is self._done:
            subject.layer.undo()
        else:
            subject.layer.redo()
        other.append(step)
        self._inspection.look()

    def _on_audited(self) -> None:
        self._on_cleared()
        subject = self._inspection.subject
        if subject is not None:
            self._listening.connect(self._on_paint, subject.layer.events.paint)

    def _on_cleared(self) -> None:
        self._listening.cut()
        self._done.clear()
        self._undone.clear()

    def _on_paint(self, event: Any) -> None:
        self._done.append(None)
        self._undone.clear()


def _is_two(ids: np.ndarray) -> bool:
    return bool(ids[0] and ids[1] and ids[0] != ids[1])
