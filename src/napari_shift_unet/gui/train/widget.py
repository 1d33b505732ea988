"""The *Train* widget: from annotated cells to a model of one's own."""

from pathlib import Path
from typing import TYPE_CHECKING

from napari.viewer import Viewer

from ...errors import InputError, ModelError
from ...networks import ModelConfig
from ...training import TrainConfig, read_unfinished, state_path
from ..controls.device_choice import DeviceSearch
from ..controls.dock import Dock
from ..controls.docks import open_segment
from ..controls.locking import Lock
from ..controls.model_card import WORDS
from ..controls.parts import ERROR
from ..controls.wording import count_text
from ..reporting import report
from .data_section import DataSection
from .network_section import NetworkSection
from .recipe_section import RecipeSection
from .train_bar import State, TrainBar
from .trainer import Trainer
from .training_job import Order
from .training_view import TrainingView

if TYPE_CHECKING:
    from ...training import Split

RUNNING = "A training is running; stop it first."
PAUSED = "Paused; nothing is lost."
NOTHING_KEPT = "Stopped before the first step; there is nothing to keep."


class TrainWidget(Dock):
    """Dock widget that trains a model on layers or a folder, and shows how it learns.

    Parameters
    ----------
    viewer
        The viewer that the widget is docked in.
    """

    def __init__(self, viewer: Viewer) -> None:
        super().__init__()
        self._viewer = viewer
        self._model: Path | None = None
        self._said = ""
        self.data = DataSection(viewer)
        self.recipe = RecipeSection()
        self.network = NetworkSection()
        self.view = TrainingView()
        self.bar = TrainBar(viewer)
        self.trainer = Trainer()
        self._devices = DeviceSearch()
        self._lock = Lock((self.data, self.recipe, self.network), RUNNING)
        self._lay_out()
        self._connect()
        self._on_recipe()
        self._on_output()
        self._devices.begin()

    def _lay_out(self) -> None:
        self._data_fold = self.add_section("Data", self.data)
        self._recipe_fold = self.add_section("Training", self.recipe)
        self._network_fold = self.add_section("Advanced", self.network, folded=True)
        self._view_fold = self.add_section("Progress", self.view)
        self._view_fold.hide()
        self.set_foot(self.bar)

    def _connect(self) -> None:
        self.data.changed.connect(self._on_data)
        self.recipe.changed.connect(self._on_recipe)
        self.recipe.output.changed.connect(self._on_output)
        self.network.changed.connect(self._on_network)
        self.bar.train.connect(self._on_train)
        self.bar.anew.connect(self._on_anew)
        self.bar.pause.connect(self._on_pause)
        self.bar.resume.connect(self._on_resume)
        self.bar.keep.connect(self._on_keep)
        self.bar.use.connect(self._on_use)
        trainer = self.trainer
        trainer.said.connect(self.bar.say)
        trainer.ready.connect(self._on_ready)
        trainer.began.connect(self._on_began)
        trainer.stepped.connect(self._on_stepped)
        trainer.validated.connect(self._on_validated)
        trainer.previewed.connect(self.view.show_preview)
        trainer.trained.connect(self._on_trained)
        trainer.stopped.connect(self._on_stopped)
        trainer.errored.connect(self._on_errored)
        self._devices.found.connect(self.recipe.device_choice.set_devices)
        self.close_with(
            trainer.close_down,
            self._devices.close,
            self.data.close_down,
            self.bar.close_down,
        )

    def _on_recipe(self) -> None:
        recipe = self.recipe
        self.network.set_network(recipe.method, recipe.ndim, recipe.start_choice.card)
        self._on_network()

    def _on_network(self) -> None:
        self.data.set_network(self.recipe.ndim, self.network.channels_spin.value())
        self._on_data()

    def _on_data(self) -> None:
        folder, name = self.data.place
        self.recipe.output.suggest(folder, f"{name}-{self.recipe.method}")
        self.bar.set_obstacle(self.data.obstacle or self.network.obstacle)

    def _on_output(self) -> None:
        """Offer to go on with a training that was stopped."""
        state, steps = state_path(self.recipe.output.path), 0
        self.recipe.notice.clear()
        if state.exists():
            try:
                steps = read_unfinished(state)[1].step
            except ModelError as error:
                self.recipe.notice.say(str(error), ERROR)
        self.bar.offer_resume(steps)

    def _on_train(self) -> None:
        self._start(resume=self.bar.resumable)

    def _on_anew(self) -> None:
        self._start(resume=False)

    def _start(self, *, resume: bool) -> None:
        recipe = self.recipe
        self.data.refuse("")
        try:
            data = self.data.data()
        except InputError as error:
            self._refuse_data(str(error))
            return
        if not resume:
            recipe.output.renew(resumable=False)
            self.view.clear()
        config = TrainConfig(**recipe.settings(), **self.network.settings(), data=data.name)
        self._lock.set(True)
        self.bar.offer_use(False)
        self.bar.set_state(State.STARTING, "")
        self.trainer.start(
            Order(
                data=data,
                config=config,
                length=float(recipe.length_spin.value()),
                unit=recipe.unit,
                output=recipe.output.path,
                device=recipe.device_choice.device,
                resume=resume,
            )
        )

    def _on_ready(self, split: "Split") -> None:
        self._said = f"{count_text(len(split.train), 'image')} to train on; {split.said}."
        self.data.say(self._said)

    def _on_began(self, config: TrainConfig, step: int) -> None:
        text = f"{WORDS[config.method]}: {self._said}"
        self.view.begin(text[:1].upper() + text[1:], config.steps, step)
        for section in (self._data_fold, self._recipe_fold, self._network_fold):
            section.set_folded(True)
        self._view_fold.show()
        self._view_fold.set_folded(False)
        self.bar.begin(step, config.steps)
        self.bar.set_state(State.RUNNING, f"Training {config.name}")

    def _on_stepped(self, step: int, loss: float, seconds_left: float) -> None:
        self.view.step(step, loss)
        self.bar.step(step, seconds_left)

    def _on_validated(self, step: int, score: float, best: bool) -> None:
        self.view.validate(step, score)

    def _on_pause(self) -> None:
        self.trainer.pause()
        self.bar.set_state(State.PAUSED, PAUSED)

    def _on_resume(self) -> None:
        self.trainer.resume()
        self.bar.set_state(State.RUNNING, "Training goes on")

    def _on_keep(self) -> None:
        self.bar.set_state(State.KEEPING, "Stopping after this step …")
        self.trainer.keep()

    def _on_trained(self, path: Path, card: ModelConfig) -> None:
        self._model = path
        score = card.scores.get("val_ap50")
        scored = "" if score is None else f", with AP 0.5 of {score:.2f} on validation"
        self._end(f"Saved{scored}.")
        self.bar.offer_use(True)

    def _on_stopped(self) -> None:
        self._end(NOTHING_KEPT)

    def _on_errored(self, error: Exception, about_data: bool) -> None:
        if about_data and isinstance(error, InputError):
            self._end("")
            self._refuse_data(str(error))
        else:
            self._end(report(error))

    def _end(self, text: str) -> None:
        self._lock.set(False)
        self.bar.set_state(State.IDLE, text)
        self._on_output()

    def _refuse_data(self, text: str) -> None:
        self._data_fold.set_folded(False)
        self.data.refuse(text)
        self.bar.say(text[:1].upper() + text[1:])

    def _on_use(self) -> None:
        """Open the Segment widget with the trained model and the image that it was trained on."""
        if self._model is None:
            return
        segment = open_segment(self._viewer)
        segment.models.load(self._model)
        layer = self.data.layers.images.layer
        if layer is not None:
            segment.images.choose(layer)
