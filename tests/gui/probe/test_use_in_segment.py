"""A probed network in the Segment widget."""

import numpy as np
import pytest
from qtpy.QtCore import Qt

from napari_shift_unet.gui.segment.widget import PROBING, SegmentWidget
from napari_shift_unet.images import discs
from probe_desk import WAIT_MS, Asked

pytestmark = pytest.mark.usefixtures("unasked")
PLUGIN = "napari-shift-unet"


def test_a_probed_network_segments_in_the_tiles_that_were_found(
    make_napari_viewer, plugins, qtbot, foreign_path, normalising_path
):
    viewer = make_napari_viewer(show=True)
    _, truth = discs((46, 60), radius=5, spacing=16)
    viewer.add_image(np.where(truth > 0, 200, 20).astype(np.uint8), name="cells")
    _, widget = viewer.window.add_plugin_dock_widget(PLUGIN, "Probe network")
    widget.network.load(foreign_path)
    asked = Asked(qtbot, widget.prober)
    asked.yes(lambda: asked.click(widget.bar.probe_button))
    asked.click(widget.bar.use_button)
    segment = viewer.window.dock_widgets["Segment (Shift U-Net)"]
    assert isinstance(segment, SegmentWidget)
    assert segment.models.card.spec.footprint.period == (2, 2)
    assert segment.models.model_choice.currentText() == "net.pt"
    segment.tiling.window_edit.choose((16, 16))
    assert segment.tiling.plan.legal
    channels = segment.models.channels
    channels.foreground_choice.setCurrentIndex(channels.foreground_choice.findData(2))
    assert segment.models.card.spec.foreground
    with qtbot.waitSignal(segment.labeller.jobs.returned, timeout=WAIT_MS):
        qtbot.mouseClick(segment.bar.button, Qt.MouseButton.LeftButton)
    facts = viewer.layers["cells: instances"].metadata["shift_unet"]
    assert facts["legal"] is True
    assert facts["model"] == {"name": "net", "method": "discriminative"}

    in_segment = Asked(qtbot, segment.models.prober)
    dialog = in_segment.ask(lambda: segment.models.load(normalising_path))
    assert not segment.bar.button.isEnabled()
    assert segment.bar.status.full_text == PROBING
    with qtbot.waitSignal(segment.models.prober.probed, timeout=WAIT_MS):
        in_segment.click(dialog.run_button)
    assert segment.bar.button.isEnabled()
    assert not segment.tiling.plan.legal
    assert "depends on the whole tile" in segment.tiling.verdict.text
    asked.click(segment.tiling.verdict.button)
    assert segment.tiling.plan.legal
    assert len(segment.tiling.plan) == 1
