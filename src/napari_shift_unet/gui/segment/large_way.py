"""The large way of the Segment widget: into a folder, chunk by chunk, while the user looks on."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from napari.layers import Image as ImageLayer
from napari.utils.notifications import show_warning
from qtpy.QtCore import QObject, Signal
from qtpy.QtWidgets import QWidget

from ...geometry import TilePlan
from ...images import Image, select
from ..controls.locking import Lock
from ..controls.wording import count_text
from ..reporting import report
from .clustering_section import ClusteringSection
from .large_runner import KEPT, LargeRunner
from .large_section import LargeSection
from .large_work import LargeDone, LargeRequest
from .predict_bar import PredictBar
from .session import Session

if TYPE_CHECKING:
    from ...networks import Model

RESTS = (
    "This needs the whole result in memory. These results lie in their folder:\n"
    "crop the image to a part, or choose results in memory."
)
NOT_LABELLED = "Predict: labels of these settings come when all chunks are predicted."


class LargeWay(QObject):
    """Begins and follows large runs; its parts are in the dock.

    Parameters
    ----------
    session
        Of the widget.
    bar, clustering
        The widget's foot, and its settings of the clustering.
    resting
        Parts of the dock that need a whole result in memory.
    """

    changed = Signal()
    """Another way, folder or memory."""
    begun = Signal()
    ended = Signal()
    """Finished, cancelled, or failed; the bar says which."""
    planned = Signal(object)
    """The plan of tiles that is used."""
    anew = Signal()
    """The user wants to begin anew in a folder of other things."""

    def __init__(
        self,
        session: Session,
        bar: PredictBar,
        clustering: ClusteringSection,
        resting: Iterable[QWidget],
    ) -> None:
        super().__init__()
        self._session, self._bar, self._clustering = session, bar, clustering
        self.section = LargeSection(session.viewer)
        self.runner = LargeRunner(session)
        self._lock = Lock(resting, RESTS)
        self._locked = False
        self.section.changed.connect(self.changed)
        self.section.refused.connect(self.anew)
        self.runner.started.connect(bar.say)
        self.runner.stepped.connect(bar.share)
        self.runner.planned.connect(self.planned)
        self.runner.finished.connect(self._on_finished)
        self.runner.cancelled.connect(self._on_cancelled)
        self.runner.errored.connect(self._on_errored)

    @property
    def chosen(self) -> bool:
        """Whether the chosen image is to be worked on chunk by chunk."""
        return self.section.chosen

    @property
    def memory(self) -> int | None:
        """What a run may take, in bytes; `None` if results are made in memory."""
        return self.section.memory if self.chosen else None

    def set_task(
        self, image: Image | None, channel: int | tuple[int, ...], spec: Any, plan: TilePlan | None
    ) -> None:
        """Say what is to be predicted; `None` if nothing can be."""
        ready = image is not None and spec is not None
        selection = select(image, spec.ndim, channel) if image is not None and ready else None
        self.section.set_task(selection, spec, plan)
        if self.chosen != self._locked:
            self._locked = self.chosen
            self._lock.set(self._locked)
        if self.chosen and self._session.run is None and not self.runner.busy:
            self._clustering.say(NOT_LABELLED)

    def start(
        self,
        layer: ImageLayer,
        image: Image,
        model: "Model | Any",
        settings: dict[str, Any],
        *,
        space: str,
        resume: bool = True,
    ) -> None:
        """Begin a run, or go on with that of the folder."""
        folder = self.section.folder
        if folder is None:
            return
        how = {"memory": self.section.memory, "resume": resume}
        clustering = self._clustering.config()
        self._session.forget(layer)
        self._clustering.say(NOT_LABELLED)
        self._bar.start("")
        self.begun.emit()
        request = LargeRequest(image, model, folder, settings, clustering, how)
        self.runner.start(layer, space, request)

    def close_down(self) -> None:
        """Stop, and wait until the thread has ended."""
        self.runner.close_down()

    def _on_finished(self, done: LargeDone) -> None:
        objects = count_text(int(done.facts.get("objects", 0)), "object")
        self._clustering.say(objects)
        self._end(f"{objects}, in {done.labels.parent.name}")

    def _on_cancelled(self, reason: str) -> None:
        if reason != KEPT:
            show_warning(reason)
        self._end(reason)

    def _on_errored(self, error: Exception) -> None:
        self._end(report(error))
        self.section.refuse(error)

    def _end(self, text: str) -> None:
        self._bar.stop(text)
        self.ended.emit()
        self.section.refresh()
