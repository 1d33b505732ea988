"""The foot of the Train widget: what can be done now, progress, and one line of status."""

from enum import Enum

from napari.viewer import Viewer
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QProgressBar, QPushButton, QVBoxLayout, QWidget

from ..controls.parts import Line, on_one_line
from ..controls.primary_button import PrimaryButton
from ..controls.wording import seconds_text

READY = "Train a model on these data"
ANEW = "Begin again, into another file unless you chose this one"
TRAIN, GO_ON, PAUSE, KEEP, STOP = "Train", "Go on", "Pause", "Stop and keep", "Stop"


class State(Enum):
    """What the widget is doing."""

    IDLE = "idle"
    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    KEEPING = "keeping"


class TrainBar(QWidget):
    """Starts, pauses and stops a training and tells how far it is."""

    train = Signal()
    """Begin, or go on with what was stopped."""
    anew = Signal()
    """Begin although something could be gone on with."""
    pause = Signal()
    resume = Signal()
    keep = Signal()
    use = Signal()
    """Take the model that was trained to the Segment widget."""

    def __init__(self, viewer: Viewer) -> None:
        super().__init__()
        self._state = State.IDLE
        self._obstacle = self._said = ""
        self._steps_done = 0
        self._create(viewer)
        self._connect()
        self._update()

    def _create(self, viewer: Viewer) -> None:
        self.train_button = PrimaryButton(viewer, TRAIN)
        self.anew_button = QPushButton("Start anew")
        self.pause_button = QPushButton(PAUSE)
        self.keep_button = QPushButton(KEEP)
        self.keep_button.setToolTip(
            "Stop within one step and make a model of the best state so far;\n"
            "the training can be gone on with later"
        )
        self.use_button = QPushButton("Use in Segment")
        self.use_button.setToolTip("Open the Segment widget with the trained model")
        self.use_button.hide()
        self.progress = QProgressBar()
        self.progress.setTextVisible(True)
        self.status = Line()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.progress)
        buttons = (self.train_button, self.anew_button, self.pause_button, self.keep_button)
        line = on_one_line(*buttons, stretch=0)
        for place in (2, 3):
            line.setStretch(place, 1)
        layout.addLayout(line)
        layout.addWidget(self.use_button)
        layout.addWidget(self.status)

    def _connect(self) -> None:
        self.train_button.clicked.connect(self.train)
        self.anew_button.clicked.connect(self.anew)
        self.keep_button.clicked.connect(self.keep)
        self.use_button.clicked.connect(self.use)
        self.pause_button.clicked.connect(self._on_pause)

    @property
    def state(self) -> State:
        """What the widget is doing."""
        return self._state

    @property
    def resumable(self) -> bool:
        """Whether a stopped training can be gone on with."""
        return self._steps_done > 0

    def set_state(self, state: State, text: str) -> None:
        """Show another state and say something about it."""
        self._state = state
        if state in (State.STARTING, State.KEEPING):
            self.progress.setRange(0, 0)
        self._update()
        self.say(text)

    def set_obstacle(self, obstacle: str) -> None:
        """Say what has to be done before a training can start; empty if nothing."""
        self._obstacle = obstacle
        self._update()
        self._show_status()

    def offer_resume(self, steps_done: int) -> None:
        """Offer to go on after so many steps; 0 offers nothing."""
        self._steps_done = steps_done
        self._update()

    def offer_use(self, offered: bool) -> None:
        """Offer to take a model to the Segment widget."""
        self.use_button.setVisible(offered)

    def begin(self, done: int, total: int) -> None:
        """Show how long the training is."""
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.progress.setFormat("%v/%m steps")

    def step(self, done: int, seconds_left: float) -> None:
        """Show how many steps are done."""
        self.progress.setValue(done)
        self.progress.setFormat(f"%v/%m steps, {seconds_text(seconds_left)} left")

    def say(self, text: str) -> None:
        """Show a line of status."""
        self._said = text
        self._show_status()

    def close_down(self) -> None:
        """Stop listening to the viewer."""
        self.train_button.close_down()

    def _update(self) -> None:
        idle, paused = self._state is State.IDLE, self._state is State.PAUSED
        running = paused or self._state is State.RUNNING
        resumable = idle and self.resumable
        self.train_button.setVisible(idle)
        self.train_button.setText(f"Go on after step {self._steps_done:,}" if resumable else TRAIN)
        self.train_button.setEnabled(not self._obstacle)
        ready = "Go on with the stopped training" if resumable else READY
        self.train_button.setToolTip(self._obstacle or ready)
        self.anew_button.setVisible(resumable)
        self.anew_button.setEnabled(not self._obstacle)
        self.anew_button.setToolTip(self._obstacle or ANEW)
        self.pause_button.setVisible(running)
        self.pause_button.setText(GO_ON if paused else PAUSE)
        self.pause_button.setToolTip(
            "Go on with the next step" if paused else "Wait after this step; nothing is lost"
        )
        self.keep_button.setVisible(running or self._state is State.STARTING)
        self.keep_button.setText(STOP if self._state is State.STARTING else KEEP)
        self.progress.setVisible(not idle)

    def _show_status(self) -> None:
        """Say what hinders the next training rather than how the last one went."""
        idle = self._state is State.IDLE
        told = self._obstacle or self._said if idle else self._said
        self.status.set_text(told or (READY if idle else ""))

    def _on_pause(self) -> None:
        (self.resume if self._state is State.PAUSED else self.pause).emit()
