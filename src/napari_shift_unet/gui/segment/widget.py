"""The *Segment* widget: from an image to instances, with the tiles in sight."""

from typing import TYPE_CHECKING

from napari.layers import Image as ImageLayer
from napari.utils.notifications import show_warning
from napari.viewer import Viewer
from qtpy.QtCore import QSignalBlocker

from ...embeddings import ClusterConfig
from ...errors import InputError, ShiftUNetError
from ...geometry import TilePlan
from ..canvas.grid import Grid
from ..canvas.target import LATTICE, TILES, Target
from ..controls.device_choice import DeviceSearch
from ..controls.dock import Dock
from ..controls.empty import Empty
from ..controls.image_section import ImageSection
from ..controls.locking import Lock
from ..controls.model_section import ModelSection
from ..controls.parts import ERROR
from ..controls.wording import count_text, seconds_text
from ..files.reading import PLUGIN
from ..preferences.remembering import remember
from ..reporting import report
from .clustering_section import ClusteringSection
from .export import ExportSection
from .labeller import Labeller
from .large_way import LargeWay
from .pick import PickSection
from .predict_bar import RUNNING, PredictBar
from .predictor import Predictor, Request
from .prompt import PromptSection
from .result_layers import show_embedding, show_foreground
from .session import Run, Session
from .task import Task
from .tiling_section import TilingSection
from .views_section import ViewsSection
from .work import Predicted

if TYPE_CHECKING:
    from ...networks import Model, ModelConfig
    from ...segmentation import EmbeddedImage

EMPTY = (
    "Open an image, or drop a file on the canvas. Before anything runs you see its tiles, whether "
    "they leave seams and what they cost; Predict then makes objects of it."
)
SAMPLE, SAMPLE_KEY = "Open a sample image", "u2os-nuclei"
SAMPLE_TIP = "A field of U2OS nuclei (520 x 696 px, 8 bits) with 138 objects"
NO_IMAGE = "Open an image first."
NO_MODEL = "Choose a model first."
PROBING = "The network is being probed; wait, or cancel it."
NOT_PREDICTED = "Predict; the labels then follow live."


class SegmentWidget(Dock):
    """Dock widget that predicts an image tile by tile and makes instances of it.

    Parameters
    ----------
    viewer
        The viewer that the widget is docked in.
    """

    def __init__(self, viewer: Viewer) -> None:
        super().__init__()
        self._viewer = viewer
        self._speeds: dict[tuple[str, str], float] = {}
        self._create()
        self._lay_out()
        self._connect()
        self._on_model()
        for kind in (TILES, LATTICE):
            self.tiling.show_boxes[kind].setChecked(True)
        for kind, box in self.tiling.show_boxes.items():
            remember(f"segment.{kind} shown", box)
        self.clustering.say(NOT_PREDICTED)
        self._devices.begin()

    def _create(self) -> None:
        viewer = self._viewer
        self.session = Session(viewer)
        self.empty = Empty(EMPTY, SAMPLE, SAMPLE_TIP)
        self.images = ImageSection(viewer)
        self.models = ModelSection(key="segment.model")
        self.tiling = TilingSection()
        self.bar = PredictBar(viewer)
        self.clustering = ClusteringSection()
        self.views = ViewsSection(self.session)
        self.picking = PickSection(self.session)
        self.prompting = PromptSection(self.session)
        self.export = ExportSection(self.session)
        self.grid = Grid(viewer)
        self.predictor = Predictor(self.session)
        self.labeller = Labeller(self.session)
        in_memory = (self.views, self.picking, self.prompting, self.export)
        self.large = LargeWay(self.session, self.bar, self.clustering, in_memory)
        self._devices = DeviceSearch()
        self._lock = Lock((self.images, self.models, self.large.section), RUNNING)

    def _lay_out(self) -> None:
        self.add(self.empty)
        self.add(self.images)
        self.add(self.models)
        self.add(self.large.section)
        self.add_section("Tiles", self.tiling)
        self.add_section("Instances (live)", self.clustering)
        self.add_section("Views", self.views, folded=True)
        self.add_section("Pick", self.picking, folded=True)
        self.add_section("Prompt", self.prompting, folded=True)
        self.add_section("Export", self.export, folded=True)
        self.set_foot(self.bar)

    def _connect(self) -> None:
        self.empty.sampled.connect(self._on_sample)
        self.images.changed.connect(self._on_image)
        self.models.changed.connect(self._on_model)
        self.models.probing_changed.connect(self._on_probing)
        self.tiling.changed.connect(self._on_plan)
        self.tiling.show_toggled.connect(self.grid.set_visible)
        self.grid.toggled.connect(self._on_grid_toggled)
        self.bar.begin.connect(self._on_predict)
        self.bar.cancel.connect(self.predictor.cancel)
        self.bar.cancel.connect(self.large.runner.cancel)
        self.large.changed.connect(self._on_plan)
        self.large.begun.connect(lambda: self._lock.set(True))
        self.large.planned.connect(self._draw)
        self.large.runner.shown.connect(self.grid.raise_)
        self.large.ended.connect(self._on_large_ended)
        self.large.anew.connect(lambda: self._on_predict(resume=False))
        self.predictor.started.connect(self.bar.say)
        self.predictor.stepped.connect(self.bar.step)
        self.predictor.backed_off.connect(self._on_backed_off)
        self.predictor.predicted.connect(self._on_predicted)
        self.predictor.cancelled.connect(self._on_cancelled)
        self.predictor.errored.connect(self._on_predict_error)
        self.clustering.changed.connect(self._on_clustering)
        self.labeller.said.connect(self.clustering.say)
        self.labeller.errored.connect(self._on_label_error)
        self.labeller.jobs.returned.connect(self.prompting.redo)
        self.prompting.started.connect(self.picking.stop)
        self.picking.started.connect(self.prompting.stop)
        self.export.table.measured.connect(self.labeller.tell)
        self.export.table.measured.connect(self.views.lines.measure_again)
        self._devices.found.connect(self.models.set_devices)
        self.images.replaced.connect(self.session.forget)
        self.session.predicted.connect(self._on_run)
        self.session.labelled.connect(self.grid.raise_)
        self.session.cleared.connect(self._on_run)
        self.close_with(
            self.predictor.close_down,
            self.labeller.close_down,
            self.large.close_down,
            self._devices.close,
            self.models.close_down,
            self.export.close_down,
            self.views.close_down,
            self.picking.close_down,
            self.prompting.close_down,
            self.images.close_down,
            self.bar.close_down,
            self.grid.close,
            self.session.disconnect_viewer,
        )

    def close_down(self) -> None:
        """Take the lines away with the dock; a viewer that is closed takes them along itself."""
        self.grid.remove()
        self.views.lines.layers.remove()
        super().close_down()

    def _on_model(self) -> None:
        card = self.models.card
        if card is not None:
            if self.session.run is None:
                self.clustering.set_card(card)
            self.images.set_network(card.spec.ndim, card.spec.in_channels)
        self._on_image()

    def _on_sample(self) -> None:
        """Open a sample image and choose it."""
        image, *_ = self._viewer.open_sample(PLUGIN, SAMPLE_KEY)
        self.images.choose(image)

    def _on_image(self) -> None:
        self.empty.setVisible(self.images.layer is None)
        self.session.choose(self.images.layer)
        image, card = self.images.image, self.models.card
        if image is None or card is None:
            self.tiling.set_task(None, self._obstacle())
            return
        self._tell_speed()
        self.tiling.set_task(Task.of(image, card.spec))

    def _on_probing(self) -> None:
        self.bar.set_obstacle(self._obstacle())

    def _on_plan(self) -> None:
        card = self.models.card
        spec = None if card is None else card.spec
        self.large.set_task(self.images.image, self.images.channel, spec, self.tiling.plan)
        self.tiling.set_memory(self.large.memory)
        self._draw(self.tiling.plan)
        self.bar.set_obstacle(self._obstacle())

    def _draw(self, plan: TilePlan | None) -> None:
        layer, axes = self.images.layer, self.images.axes
        if plan is None or layer is None:
            self.grid.set_target(None)
        else:
            self.grid.set_target(Target(layer, axes, "zyx"[-len(plan.shape) :], plan))

    def _obstacle(self) -> str:
        """Return what has to be done before a prediction can start."""
        if self.images.layer is None:
            return NO_IMAGE
        if self.models.prober.busy:
            return PROBING
        if self.models.card is None:
            return NO_MODEL
        if self.images.image is None:
            return self.images.notice.text
        no_plan = "" if self.tiling.plan is not None else self.tiling.verdict.text
        return no_plan or self.large.section.obstacle

    def _on_predict(self, *, resume: bool = True) -> None:
        layer, image, model = self.images.layer, self.images.image, self.models.model
        if layer is None or image is None or model is None or self._obstacle():
            return
        settings = {
            "tile": self.tiling.tile(),
            "crop": self.tiling.crop(),
            "channel": self.images.channel,
            "device": self.models.device,
        }
        if self.large.chosen and self.tiling.plan is not None:
            space = "zyx"[-len(self.tiling.plan.shape) :]
            self.large.start(layer, image, model, settings, space=space, resume=resume)
            return
        self._lock.set(True)
        self.bar.start("Checking the pixels …")
        self.predictor.start(Request(layer, image, model, settings))

    def _on_backed_off(self, text: str, plan: TilePlan) -> None:
        show_warning(text)
        self.bar.say(text)
        self._draw(plan)

    def _on_predicted(self, result: Predicted, layer: ImageLayer) -> None:
        """Show a prediction and make it the current run; its labels follow."""
        self._lock.set(False)
        embedded = result.embedded
        run = Run(layer, embedded, self._clustering_for(embedded))
        show_embedding(self.session, run, result.colours, result.facts)
        show_foreground(self.session, run, embedded.foreground, result.facts)
        done, planes = embedded.prediction, len(embedded.selection)
        tiles = len(done.plan) * planes
        pace = self.predictor.seconds_per_tile or done.seconds / tiles
        work = done.plan.footprint.work(done.plan.output_window)
        self._speeds[self.models.name, self.models.device] = pace / work
        self._tell_speed()
        self._draw(self.tiling.plan)
        self.bar.stop(
            f"{count_text(tiles, 'tile')} in {seconds_text(done.seconds)} on {done.device}"
        )
        self.session.set_run(run)

    def _on_large_ended(self) -> None:
        self._lock.set(False)
        self._draw(self.tiling.plan)

    def _on_cancelled(self, reason: str) -> None:
        self._lock.set(False)
        self._draw(self.tiling.plan)
        self.bar.stop(reason or "Cancelled.")
        if reason:
            show_warning(reason)

    def _on_predict_error(self, error: Exception) -> None:
        self._lock.set(False)
        self._draw(self.tiling.plan)
        self.bar.stop(report(error))
        if isinstance(error, InputError):
            self.images.notice.say(str(error), ERROR)
        elif isinstance(error, ShiftUNetError):
            self.models.notice.say(str(error), ERROR)

    def _on_run(self) -> None:
        """Show the settings and the labels of the run of the chosen image."""
        run = self.session.run
        if run is None:
            self.labeller.cancel()
            self.clustering.say(NOT_PREDICTED)
            if self.models.card is not None:
                self.clustering.set_card(self.models.card)
            return
        self.clustering.set_card(run.embedded.model.config)
        self.clustering.set_config(run.clustering)
        self.labeller.show(run)

    def _clustering_for(self, embedded: "EmbeddedImage") -> ClusterConfig:
        """Keep what the user has set; another model than that of the last run has its own."""
        run = self.session.run
        if run is not None and _of(run.embedded.model) != _of(embedded.model):
            return embedded.default_clustering
        return self.clustering.config()

    def _on_clustering(self) -> None:
        if self.session.run is not None:
            self.labeller.label(self.session.run, self.clustering.config())

    def _on_label_error(self, error: Exception) -> None:
        self.clustering.refuse(report(error))

    def _on_grid_toggled(self, kind: str, visible: bool) -> None:
        with QSignalBlocker(self.tiling.show_boxes[kind]):
            self.tiling.show_boxes[kind].setChecked(visible)

    def _tell_speed(self) -> None:
        self.tiling.set_speed(self._speeds.get((self.models.name, self.models.device)))


def _of(model: "Model") -> tuple[str, "ModelConfig"]:
    """Tell a model from others, and from the same network with other meanings of its channels."""
    return model.hash, model.config
