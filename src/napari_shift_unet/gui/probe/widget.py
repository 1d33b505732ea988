"""The *Probe network* widget, which tells whether a network can be tiled without seams."""

from pathlib import Path

from napari.viewer import Viewer
from qtpy.QtGui import QDragEnterEvent, QDropEvent

from ...errors import ShiftUNetError
from ..controls.dock import Dock
from ..controls.docks import open_segment
from ..controls.locking import Lock
from ..controls.prober import Prober
from ..controls.probing_job import Probed
from ..reporting import report
from .network_section import NetworkSection
from .probe_bar import NO_NETWORK, RUNNING, ProbeBar
from .verdict_card import VerdictCard

ONE_FILE = "Drop one file; a network is one."
NOT_PROBED = "Ready to probe."


class ProbeWidget(Dock):
    """Dock widget that measures a network's period and context, and says which tiles are exact.

    Parameters
    ----------
    viewer
        The viewer that the widget is docked in.
    """

    def __init__(self, viewer: Viewer) -> None:
        super().__init__()
        self._viewer = viewer
        self._probed: Probed | None = None
        self.network = NetworkSection()
        self.card = VerdictCard()
        self.prober = Prober(self)
        self.bar = ProbeBar(viewer, self.prober)
        self._lock = Lock((self.network,), RUNNING)
        self.add_section("Network", self.network)
        self._card_fold = self.add_section("Verdict", self.card)
        self.set_foot(self.bar)
        self.setAcceptDrops(True)
        self._connect()
        self._on_network()

    def _connect(self) -> None:
        self.network.changed.connect(self._on_network)
        self.bar.probe.connect(self._on_probe)
        self.bar.use.connect(self._on_use)
        self.card.said.connect(self.bar.say)
        self.prober.probed.connect(self._on_probed)
        self.prober.stopped.connect(self._on_stopped)
        self.prober.errored.connect(self._on_errored)
        self.close_with(self.prober.jobs.close, self.bar.close_down)

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        """Take files."""
        data = event.mimeData() if event is not None else None
        if event is not None and data is not None and data.hasUrls() and not self.prober.busy:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:
        """Choose the file that was dropped; nothing of it is run."""
        data = event.mimeData() if event is not None else None
        if event is None or data is None:
            return
        event.acceptProposedAction()
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if len(paths) == 1:
            self.network.load(paths[0])
        else:
            self.network.refuse(ONE_FILE)

    def _on_network(self) -> None:
        """Forget the verdict on another network."""
        self._probed = None
        self._card_fold.hide()
        self.bar.offer_use(False)
        obstacle = "" if self.network.network is not None else NO_NETWORK
        self.bar.say(NOT_PROBED)
        self.bar.set_obstacle(obstacle)

    def _on_probe(self) -> None:
        network = self.network.network
        if network is None or self.prober.busy:
            return
        self._on_network()
        self.network.notice.clear()
        self._lock.set(True)
        self.bar.set_obstacle(RUNNING)
        self.bar.say(f"Probing {Path(network).name}")
        self.prober.start(network, *self.network.reads)

    def _on_probed(self, probed: Probed) -> None:
        self._end(f"{probed.name}: {'exact tiles found' if probed.verdict.exact else 'not exact'}.")
        self._probed = probed
        self.card.show_verdict(probed)
        self._card_fold.show()
        self._card_fold.set_folded(False)
        self.bar.offer_use(True)

    def _on_stopped(self, reason: str) -> None:
        self._end(reason)

    def _on_errored(self, error: Exception) -> None:
        text = str(error) if isinstance(error, ShiftUNetError) else report(error)
        self._end("Not probed, see above.")
        self.network.refuse(text)

    def _end(self, text: str) -> None:
        self._lock.set(False)
        self.bar.set_obstacle("")
        self.bar.say(text)

    def _on_use(self) -> None:
        """Open the Segment widget with the network that was probed."""
        if self._probed is not None:
            open_segment(self._viewer).models.take(self._probed)
