"""The choice of a network: bundled ones and files."""

from collections.abc import Callable
from pathlib import Path

from qtpy.QtCore import QSignalBlocker, Signal
from qtpy.QtWidgets import QFileDialog

from ...errors import ModelError
from ...networks import ModelConfig, foreign_kind, model_names, read_card
from .model_card import name_text
from .parts import Choice

LOAD = "Load file…"
NAME_LENGTH = 20
"""Room for a name and its method, in the width of an X."""
NONE_CHOSEN = "Choose a model"
FILES = "Networks (*.safetensors *.pt *.pth *.ts *.pt2 *.zip);;All files (*)"


class ModelChoice(Choice):
    """Models whose cards could be read; begins with none.

    Parameters
    ----------
    tooltip
        What the choice is for.
    nothing
        Text of an entry for no model; there is none without a text.
    check
        Raises a `ModelError` for a model that does not serve the purpose.
    """

    switched = Signal()
    """Another model was chosen, or the same one was read again."""
    foreign = Signal(object)
    """The path of another program's network was chosen; it becomes the choice by `admit` only."""
    refused = Signal(str)
    """A sentence on why a model cannot be chosen; the choice stays."""

    def __init__(
        self,
        tooltip: str,
        nothing: str = "",
        check: Callable[[ModelConfig], object] = lambda card: None,
    ) -> None:
        super().__init__(tooltip)
        self.setMinimumContentsLength(NAME_LENGTH)
        self._check = check
        self.card: ModelConfig | None = None
        self._nothing = nothing
        self._models: list[str | Path | None] = [None] if nothing else []
        self._models += model_names()
        self._admitted: set[str | Path] = set()
        self._place = 0 if nothing else -1
        self.setPlaceholderText(NONE_CHOSEN)
        self.activated.connect(self._on_activated)
        self._offer()

    @property
    def chosen(self) -> str | Path | None:
        """Name of a bundled model, or path of a file."""
        return self._models[self._place] if self._place >= 0 else None

    def load(self, model: str | Path) -> None:
        """Choose a model by name or file; `foreign` says if it is another program's."""
        if isinstance(model, Path) and foreign_kind(model) is not None:
            self.foreign.emit(model)
            return
        self._admitted.discard(model)
        self._take(self._add(model))

    def admit(self, path: Path) -> None:
        """Choose another program's network, which has no card."""
        self._admitted.add(path)
        self._take(self._add(path))

    def _add(self, model: str | Path) -> int:
        if model not in self._models:
            self._models.append(model)
        return self._models.index(model)

    def _offer(self) -> None:
        with QSignalBlocker(self):
            self.clear()
            for model in self._models:
                self.addItem(self._nothing if model is None else _text(model))
            if self._models:
                self.insertSeparator(len(self._models))
            self.addItem(LOAD)
            self.setCurrentIndex(self._place)

    def _on_activated(self, place: int) -> None:
        if self.itemText(place) != LOAD:
            self._take(place)
            return
        self._offer()
        found, _ = QFileDialog.getOpenFileName(self, "Load a model", "", FILES)
        if found:
            self.load(Path(found))

    def _take(self, place: int) -> None:
        """Choose a model if its card can be read."""
        model = self._models[place]
        try:
            card = None if model is None or model in self._admitted else read_card(model)
            if card is not None:
                self._check(card)
        except ModelError as error:
            if isinstance(model, Path) and place != self._place:
                del self._models[place]
                self._place -= int(self._place > place)
            self._offer()
            self.refused.emit(str(error))
            return
        self._place, self.card = place, card
        self._offer()
        self.switched.emit()


def _text(model: str | Path) -> str:
    """Say which model it is, and its method if its card can be read."""
    try:
        return name_text(model, read_card(model))
    except ModelError:
        return model.name if isinstance(model, Path) else model
