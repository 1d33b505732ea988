"""Every control of every widget says what it does, in which unit, and why it rests."""

import re
from pathlib import Path

import numpy as np
import pytest
from npe2 import PluginManifest
from qtpy.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QRadioButton,
    QScrollBar,
    QSpinBox,
    QTableView,
    QWidget,
)
from superqt import QLabeledDoubleSlider

import napari_shift_unet
from napari_shift_unet.gui.compare.widget import CompareWidget
from napari_shift_unet.gui.controls.size_edit import SizeEdit
from napari_shift_unet.gui.evaluate.widget import EvaluateWidget
from napari_shift_unet.gui.inspect.widget import InspectWidget
from napari_shift_unet.gui.keys import KEYS as LISTED
from napari_shift_unet.gui.objects.show_row import FLIP_KEY
from napari_shift_unet.gui.preferences.widget import SettingsWidget
from napari_shift_unet.gui.probe.widget import ProbeWidget
from napari_shift_unet.gui.segment.pick import TOGGLE_KEY
from napari_shift_unet.gui.segment.predict_bar import CANCEL_KEY, PREDICT_KEY
from napari_shift_unet.gui.segment.prompt import KEYS
from napari_shift_unet.gui.segment.widget import SegmentWidget
from napari_shift_unet.gui.train.widget import TrainWidget
from napari_shift_unet.images import discs
from pair_desk import viewer_without_window

KINDS = (
    SegmentWidget,
    TrainWidget,
    InspectWidget,
    ProbeWidget,
    CompareWidget,
    EvaluateWidget,
    SettingsWidget,
)
CONTROLS = (QAbstractButton, QComboBox, QAbstractSpinBox, QAbstractSlider, QTableView)
NUMBERS = (QAbstractSpinBox, QLabeledDoubleSlider)
UNIT = re.compile(
    r"\bpx\b|0 to 1|embedding units|bandwidth|steps|minutes|channels|maps|Poolings|"
    r"rate of Adam|numbers|overlap|windows per step|probability|number of|how many|logit|sigma",
    re.IGNORECASE,
)
LARGEST = (520, 560)
"""A dock may be so wide at most, and must do with so little height, in a window of 1280 x 720."""


def controls_of(widget: QWidget) -> list[QWidget]:
    """Return what a user can click or type into, without the parts that Qt makes it of."""
    inner = (QAbstractSpinBox, QComboBox, QLabeledDoubleSlider, QAbstractItemView, QScrollBar)
    return [
        control
        for control in widget.findChildren(QWidget)
        if isinstance(control, (*CONTROLS, QLabeledDoubleSlider))
        and not isinstance(control, QScrollBar)
        and not (isinstance(control, QAbstractButton) and not control.text())  # says nothing yet
        and not any(isinstance(at, inner) for at in parents(control, widget))
    ]


def parents(control: QWidget, top: QWidget) -> list[QWidget]:
    found = []
    while (control := control.parentWidget()) not in (None, top):
        found.append(control)
    return found


def explained(control: QWidget, top: QWidget) -> str:
    """Return the tooltip that the user sees: Qt asks a parent where there is none."""
    if control.toolTip() or not isinstance(control.parentWidget(), SizeEdit):
        return control.toolTip()
    return control.parentWidget().toolTip()


def named(control: QWidget) -> str:
    text = control.text() if isinstance(control, QAbstractButton) else ""
    return control.accessibleName() or re.sub(r"\W", "", text)


def has_unit(control: QWidget, tooltip: str) -> bool:
    suffix = control.suffix() if isinstance(control, QSpinBox | QDoubleSpinBox) else ""
    return bool(suffix) or UNIT.search(tooltip) is not None


def complaints(widget: QWidget) -> list[str]:
    found = []
    for control in controls_of(widget):
        tooltip = explained(control, widget)
        name = f"{type(widget).__name__}: {type(control).__name__} {named(control)!r}"
        if not tooltip.strip() and not isinstance(control, QTableView):
            found.append(f"{name} has no tooltip")
            continue
        if not named(control):
            found.append(f"{name} {tooltip[:40]!r} has no name to be read aloud")
        if isinstance(control, (*NUMBERS, QComboBox, QCheckBox, QRadioButton)) and (
            "efault" not in tooltip and control.isEnabled()
        ):
            found.append(f"{name} does not say its default: {tooltip!r}")
        if isinstance(control, NUMBERS) and control.isEnabled() and not has_unit(control, tooltip):
            found.append(f"{name} has no unit: {tooltip!r}")
        if not control.isEnabled() and not re.search(r"[.!?]$|decides|starts from", tooltip):
            found.append(f"{name} does not say why it rests: {tooltip!r}")
    return found


@pytest.fixture
def viewer():
    return viewer_without_window()


@pytest.fixture
def docks(viewer, qtbot):
    made = [kind(viewer) for kind in KINDS]
    for dock in made:
        qtbot.addWidget(dock, before_close_func=type(dock).close_down)
        dock.show()
    QApplication.processEvents()
    return made


def test_every_widget_of_the_manifest_is_looked_at():
    shipped = Path(napari_shift_unet.__file__).parent / "napari.yaml"
    manifest = PluginManifest.from_file(shipped)
    commands = {command.id: command for command in manifest.contributions.commands}
    names = [commands[widget.command].python_name for widget in manifest.contributions.widgets]
    assert {str(name).rpartition(":")[2] for name in names} == {kind.__name__ for kind in KINDS}


def test_controls_explain_themselves_and_fit(viewer, docks, qtbot):
    def look(when: str) -> list[str]:
        found = [complaint for dock in docks for complaint in complaints(dock)]
        found += [
            f"{type(dock).__name__} is {dock.sizeHint()}"
            for dock in docks
            if dock.sizeHint().width() > LARGEST[0]
            or dock.minimumSizeHint().width() > LARGEST[0]
            or dock.minimumSizeHint().height() > LARGEST[1]
        ]
        return [f"{when}: {text}" for text in found]

    found = look("empty")
    image, truth = discs((90, 110), radius=5, spacing=24)
    viewer.add_image(np.asarray(image.data), name="cells")
    for name in ("labels", "truth"):
        viewer.add_labels(truth, name=name)
    found += look("ready")
    for dock in docks:
        for section in dock.sections:
            section.set_folded(False)
    for way in docks[2].tiling.buttons.values():
        way.click()
    docks[3].network.model_choice.load("nuclei-2d")
    QApplication.processEvents()
    found += look("unfolded")
    assert not found, "\n".join(found)


def test_shortcuts_stand_in_tooltips(docks):
    segment, _, inspect, _, compare, evaluate, _ = docks
    segment.bar.set_obstacle("")
    assert PREDICT_KEY in segment.bar.button.toolTip()
    assert CANCEL_KEY in segment.bar.cancel_button.toolTip()
    segment.picking._lock.set(False)
    assert TOGGLE_KEY in segment.picking.pick_button.toolTip()
    segment.prompting._lock.set(False)
    for kind, key in KEYS.items():
        assert key in segment.prompting.buttons[kind].toolTip()
    for dock in (compare, evaluate):
        dock.show_row.set_obstacle("")
        assert all(FLIP_KEY in button.toolTip() for button in dock.show_row.buttons.values())
    assert {PREDICT_KEY, CANCEL_KEY, TOGGLE_KEY, *KEYS.values(), FLIP_KEY} <= set(LISTED)
    review = inspect.review
    keys = {"p": review.previous_button, "n": review.next_button, "m": review.merge_button}
    for key, button in (keys | {"k": review.keep_button, "s": review.split_button}).items():
        assert f"({key})" in button.text() + review._does.get(button, "")
