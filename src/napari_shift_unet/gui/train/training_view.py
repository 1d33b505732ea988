"""Loss, validation score and a preview while a model is trained."""

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QVBoxLayout, QWidget

from ..controls.parts import hint
from .plot import Plot
from .preview_view import PreviewView

if TYPE_CHECKING:
    from ...training import Preview

LOSS_COLOUR, SCORE_COLOUR = "#4c8ed9", "#2e9e5b"
SMOOTHING = 0.95


class TrainingView(QWidget):
    """Two plots over the same steps, and two pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.loss = Plot("Loss, smoothed", LOSS_COLOUR, smoothing=SMOOTHING)
        self.score = Plot("AP 0.5 on validation", SCORE_COLOUR, top=1.0)
        self.preview = PreviewView()
        self.summary = hint()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for part in (self.summary, self.loss, self.score, self.preview):
            layout.addWidget(part)

    def begin(self, text: str, steps: int, done: int) -> None:
        """Make room for a training.

        Parameters
        ----------
        text
            What is trained on.
        steps
            Length of the training.
        done
            Steps that were done before; their curves stay.
        """
        self.summary.setText(text)
        self.loss.begin(steps, done)
        self.score.begin(steps, done)
        self._tell_score()

    def clear(self) -> None:
        """Forget the last training."""
        self.loss.begin(1)
        self.score.begin(1)
        self.preview.hide()

    def step(self, step: int, loss: float) -> None:
        """Add the loss of a step."""
        self.loss.add(step, loss)
        self.loss.say(f"{self.loss.last:.3g}")

    def validate(self, step: int, score: float) -> None:
        """Add a score."""
        self.score.add(step, score)
        self._tell_score()

    def show_preview(self, preview: "Preview") -> None:
        """Show what the network makes of a part of the data."""
        self.preview.show_preview(preview)

    def _tell_score(self) -> None:
        scores = [score for _, score in self.score.values]
        known = f"{scores[-1]:.2f}, best {max(scores):.2f}" if scores else "first one to come"
        self.score.say(known)
