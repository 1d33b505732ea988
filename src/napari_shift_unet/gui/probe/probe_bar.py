"""The widget's foot: the primary button, progress, and one line of status."""

from napari.viewer import Viewer
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QPushButton, QVBoxLayout, QWidget

from ..controls.parts import Line
from ..controls.primary_button import PrimaryButton
from ..controls.probe_progress import ProbeProgress
from ..controls.prober import Prober

NO_NETWORK = "Choose a network first."
RUNNING = "A network is being probed; cancel it first."
READY = "Run the network on made-up images and measure what its tiles do"


class ProbeBar(QWidget):
    """Starts a probe, tells how far it is, and takes its network to the Segment widget."""

    probe = Signal()
    use = Signal()

    def __init__(self, viewer: Viewer, prober: Prober) -> None:
        super().__init__()
        self.probe_button = PrimaryButton(viewer, "Probe")
        self.use_button = QPushButton("Use in Segment")
        self.use_button.setToolTip("Open the Segment widget with this network and its tiles")
        self.use_button.hide()
        self.progress = ProbeProgress(prober)
        self.status = Line()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(3)
        for widget in (self.progress, self.probe_button, self.use_button, self.status):
            layout.addWidget(widget)
        self.probe_button.clicked.connect(self.probe)
        self.use_button.clicked.connect(self.use)

    def set_obstacle(self, obstacle: str) -> None:
        """Say what has to be done before a probe can start; empty if nothing."""
        self.probe_button.setEnabled(not obstacle)
        self.probe_button.setToolTip(obstacle or READY)
        if obstacle and obstacle != RUNNING:
            self.say(obstacle)

    def offer_use(self, offered: bool) -> None:
        """Offer to take a probed network to the Segment widget."""
        self.use_button.setVisible(offered)

    def say(self, text: str) -> None:
        """Show a line of status."""
        self.status.set_text(text)

    def close_down(self) -> None:
        """Stop listening to the viewer."""
        self.probe_button.close_down()
