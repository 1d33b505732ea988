"""The *Segment* widget: from an image to instances, with the tiles in sight."""

from collections.abc import Callable, Iterable
from functools import partial
from math import prod

from napari.layers import Image as ImageLayer
from napari.utils.notifications import notification_manager, show_error, show_warning
from napari.viewer import Viewer
from qtpy.QtCore import QEvent, QObject, QSignalBlocker, QSize, Qt
from qtpy.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from ..embeddings import ClusterConfig
from ..errors import InputError, ShiftUNetError
from ..geometry import TilePlan
from .clustering_section import ClusteringSection
from .export import ExportSection
from .grid import Grid
from .image_section import ImageSection
from .jobs import Jobs
from .labeller import Labeller
from .layers import show_embedding, show_foreground
from .model_section import ModelSection
from .parts import ERROR, Section
from .pick import PickSection
from .predict_bar import PredictBar
from .predictor import Predictor, Request
from .session import Run, Session
from .target import LATTICE, TILES, Target
from .tiling_section import Task, TilingSection
from .wording import count_text, seconds_text
from .work import Predicted, find_devices

NO_IMAGE = "Open an image first."
NO_MODEL = "Choose a model first."
NOT_PREDICTED = "Predict first; then the labels follow these controls."
LAYOUT_REQUEST = QEvent.Type.LayoutRequest
WIDTH_PX, HEIGHT_PX, MARGIN_PX = 340, 640, 6


class SegmentWidget(QWidget):
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
        self._closed = False
        self._create()
        self._lay_out()
        self._connect()
        self._on_model()
        for kind in (TILES, LATTICE):
            self.tiling.show_boxes[kind].setChecked(True)
        self.clustering.say(NOT_PREDICTED)
        self._device_jobs.start(find_devices())

    def _create(self) -> None:
        viewer = self._viewer
        self.session = Session(viewer)
        self.images = ImageSection(viewer)
        self.models = ModelSection()
        self.tiling = TilingSection()
        self.bar = PredictBar(viewer)
        self.clustering = ClusteringSection()
        self.picking = PickSection(self.session)
        self.export = ExportSection(self.session)
        self.grid = Grid(viewer)
        self.predictor = Predictor(self.session)
        self.labeller = Labeller(self.session)
        self._device_jobs = Jobs()

    def _lay_out(self) -> None:
        self._inside = QWidget()
        self._sections = QVBoxLayout(self._inside)
        self._sections.setContentsMargins(0, 0, 6, 0)
        self._sections.setSpacing(4)
        self._sections.addWidget(self.images)
        self._sections.addWidget(self.models)
        self._sections.addStretch()
        self.scroll_area = QScrollArea()
        self.scroll_area.setWidgetResizable(True)
        self.scroll_area.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll_area.setWidget(self._inside)
        self._inside.installEventFilter(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN_PX, 4, MARGIN_PX, 4)
        layout.setSpacing(2)
        layout.addWidget(self.scroll_area, 1)
        layout.addWidget(self.bar)
        self.add_section("Tiles", self.tiling)
        self.instances = self.add_section("Instances (live)", self.clustering)
        self.add_section("Pick", self.picking, folded=True)
        self.add_section("Export", self.export, folded=True)

    def sizeHint(self) -> QSize:
        """Ask for a narrow dock in which nothing is cut off, so that the canvas stays wide."""
        return QSize(max(WIDTH_PX, self.minimumSizeHint().width()), HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        """Ask for the width of the widest row; what is higher scrolls."""
        bar = self.scroll_area.verticalScrollBar()
        margins = self.contentsMargins().left() + self.contentsMargins().right() + 2 * MARGIN_PX
        wide = self._inside.minimumSizeHint().width() + (bar.sizeHint().width() if bar else 0)
        return QSize(wide + margins, 240)

    def add_section(self, title: str, content: QWidget, *, folded: bool = False) -> Section:
        """Add a part that can be folded away below the others.

        Parameters
        ----------
        title
            What stands above it.
        content
            The part.
        folded
            Whether it begins folded.
        """
        section = Section(title, content, folded=folded)
        self._sections.insertWidget(self._sections.count() - 1, section)
        return section

    def _connect(self) -> None:
        self.images.changed.connect(self._on_image)
        self.models.changed.connect(self._on_model)
        self.tiling.changed.connect(self._on_plan)
        self.tiling.show_toggled.connect(self.grid.set_visible)
        self.grid.toggled.connect(self._on_grid_toggled)
        self.bar.predict.connect(self._on_predict)
        self.bar.cancel.connect(self.predictor.cancel)
        self.predictor.started.connect(self.bar.say)
        self.predictor.stepped.connect(self.bar.step)
        self.predictor.backed_off.connect(self._on_backed_off)
        self.predictor.predicted.connect(self._on_predicted)
        self.predictor.cancelled.connect(self._on_cancelled)
        self.predictor.errored.connect(self._on_predict_error)
        self.clustering.changed.connect(self._on_clustering)
        self.labeller.said.connect(self.clustering.say)
        self.labeller.errored.connect(self._on_label_error)
        self.export.table.measured.connect(self.labeller.tell)
        self._device_jobs.returned.connect(self.models.set_devices)
        self.images.replaced.connect(self.session.forget)
        self.session.predicted.connect(self._on_run)
        self.session.labelled.connect(self.grid.raise_)
        self.session.cleared.connect(self._on_run)
        # When Qt deletes this widget with its window, only what has no parent is still alive.
        self._closers = (
            self.predictor.close_down,
            self.labeller.close_down,
            self._device_jobs.close,
            self.export.close_down,
            self.picking.close_down,
            self.grid.close,
            self.session.disconnect_viewer,
        )
        self.destroyed.connect(partial(_call_all, self._closers))

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Ask for more width when some row needs it."""
        if watched is self._inside and event is not None and event.type() == LAYOUT_REQUEST:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent | None) -> bool:
        """Close down when the dock lets go of this widget."""
        left = event is not None and event.type() == QEvent.Type.ParentChange
        if left and self.parent() is None:
            self.close_down()
        return super().event(event)

    def close_down(self) -> None:
        """Stop all threads, take the lines away and stop listening to the viewer."""
        if self._closed:
            return
        self._closed = True
        self.images.close_down()
        self.bar.close_down()
        self.grid.remove()
        _call_all(self._closers)
        self.deleteLater()

    def _on_model(self) -> None:
        card = self.models.card
        if card is not None:
            self.clustering.set_model(
                ClusterConfig(**card.clustering), has_foreground=card.spec.foreground
            )
            self.images.set_network(card.spec.ndim, card.spec.in_channels)
        self._on_image()

    def _on_image(self) -> None:
        self.session.choose(self.images.layer)
        image, card = self.images.image, self.models.card
        if image is None or card is None:
            self.tiling.set_task(None)
            return
        space = "zyx"[3 - card.spec.ndim :]
        task = Task(
            shape=tuple(image.size(letter) for letter in space),
            planes=prod(image.size(letter) for letter in image.axes if letter not in space + "c"),
            footprint=card.spec.footprint,
            in_channels=card.spec.in_channels,
            out_channels=card.spec.out_channels,
        )
        self._tell_speed()
        self.tiling.set_task(task)

    def _on_plan(self) -> None:
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
        if self.models.card is None:
            return NO_MODEL
        if self.images.image is None:
            return self.images.notice.text
        return "" if self.tiling.plan is not None else self.tiling.verdict.text

    def _on_predict(self) -> None:
        layer, image, model = self.images.layer, self.images.image, self.models.model
        if layer is None or image is None or model is None or self._obstacle():
            return
        settings = {
            "tile": self.tiling.tile(),
            "crop": self.tiling.crop(),
            "channel": self.images.channel,
            "device": self.models.device,
        }
        self._lock(True)
        self.bar.start("Checking the pixels …")
        self.predictor.start(Request(layer, image, model, settings))

    def _on_backed_off(self, text: str, plan: TilePlan) -> None:
        show_warning(text)
        self.bar.say(text)
        self._draw(plan)

    def _on_predicted(self, result: Predicted, layer: ImageLayer) -> None:
        """Show a prediction and make it the current run; its labels follow."""
        self._lock(False)
        embedded = result.embedded
        run = Run(layer, embedded, self.clustering.config())
        show_embedding(self.session, run, result.colours, result.facts)
        if embedded.foreground is not None:
            show_foreground(self.session, run, embedded.foreground, result.facts)
        done, planes = embedded.prediction, len(embedded.selection)
        tiles = len(done.plan) * planes
        pace = self.predictor.seconds_per_tile or done.seconds / tiles
        work = done.plan.footprint.work(done.plan.output_window)
        self._speeds[str(self.models.model), self.models.device] = pace / work
        self._tell_speed()
        self._draw(self.tiling.plan)
        self.bar.stop(
            f"{count_text(tiles, 'tile')} in {seconds_text(done.seconds)} on {done.device}"
        )
        self.session.set_run(run)

    def _on_cancelled(self, reason: str) -> None:
        self._lock(False)
        self._draw(self.tiling.plan)
        self.bar.stop(reason or "Cancelled.")
        if reason:
            show_warning(reason)

    def _on_predict_error(self, error: Exception) -> None:
        self._lock(False)
        self._draw(self.tiling.plan)
        self.bar.stop(_report(error))
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
            return
        spec = run.embedded.model.config.spec
        clustering = run.clustering
        self.clustering.set_model(run.embedded.default_clustering, has_foreground=spec.foreground)
        self.clustering.set_config(clustering)
        self.labeller.show(run)

    def _on_clustering(self) -> None:
        if self.session.run is not None:
            self.labeller.label(self.session.run, self.clustering.config())

    def _on_label_error(self, error: Exception) -> None:
        self.clustering.refuse(_report(error))

    def _on_grid_toggled(self, kind: str, visible: bool) -> None:
        with QSignalBlocker(self.tiling.show_boxes[kind]):
            self.tiling.show_boxes[kind].setChecked(visible)

    def _tell_speed(self) -> None:
        self.tiling.set_speed(self._speeds.get((str(self.models.model), self.models.device)))

    def _lock(self, locked: bool) -> None:
        """Keep image and model as they are while a prediction of them runs."""
        self.images.setEnabled(not locked)
        self.models.setEnabled(not locked)


def _report(error: Exception) -> str:
    """Notify the user of an error, with its traceback if nobody expected it; return its text."""
    if isinstance(error, ShiftUNetError):
        show_error(str(error))
    else:
        notification_manager.receive_error(type(error), error, error.__traceback__)
    return str(error) or type(error).__name__


def _call_all(closers: Iterable[Callable[[], object]], *_: object) -> None:
    for close in closers:
        close()
