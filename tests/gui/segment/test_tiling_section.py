import pytest
from qtpy.QtCore import Qt

from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.gui.controls.parts import ERROR, GOOD, WARNING
from napari_shift_unet.gui.segment.task import Task
from napari_shift_unet.gui.segment.tiling_section import TilingSection

PAPER = UNetSpec().footprint  # period 16 px, windows 16 k + 4
VOLUME = UNetSpec(ndim=3, width=2, factors=((1, 2, 2), (2, 2, 2)))


def flat(shape=(520, 696), planes=1):
    return Task(shape, planes, PAPER, in_channels=1, out_channels=3)


@pytest.fixture
def section(qtbot):
    section = TilingSection()
    qtbot.addWidget(section)
    section.show()
    section.set_task(flat())
    return section


def enter(qtbot, spin, text):
    """Type a number as a user does."""
    spin.setFocus()
    spin.selectAll()
    qtbot.keyClicks(spin, text)
    qtbot.keyClick(spin, Qt.Key.Key_Return)


def colour(section):
    return next(c for c in (GOOD, WARNING, ERROR) if c in section.verdict.styleSheet())


def test_auto_shows_what_the_plan_has_chosen(section):
    assert section.tile() is None
    assert section.crop() == "auto"
    assert section.window_edit.spins[0].text() == "532 × 708 px"
    assert section.verdict.text == "Seam-free: one tile holds the whole image."
    assert colour(section) == GOOD


def test_the_papers_illegal_crop_is_marked_and_mended_with_a_click(qtbot, section):
    enter(qtbot, section.window_edit.spins[0], "148")
    enter(qtbot, section.crop_edit.spins[0], "148")
    assert section.plan.crop == (148, 148)
    assert colour(section) == WARNING
    assert "148 px along y and x is off the 16-px lattice" in section.verdict.text
    assert section.verdict.button.text() == "Use 144"
    with qtbot.waitSignal(section.changed):
        qtbot.mouseClick(section.verdict.button, Qt.MouseButton.LeftButton)
    assert section.crop() == (144, 144)
    assert section.verdict.text == "Seam-free: 144 px is 9 × 16 px, the network's period."
    assert colour(section) == GOOD
    assert not section.verdict.button.isVisible()


def test_arrows_step_over_legal_sizes_from_wherever_one_is(qtbot, section):
    window, crop = section.window_edit.spins[0], section.crop_edit.spins[0]
    enter(qtbot, window, "150")
    assert section.plan.output_window == (164, 164)
    assert "returns 164 px" in section.reads.text()
    qtbot.keyClick(window, Qt.Key.Key_Down)
    assert section.tile() == (148, 148)
    qtbot.keyClick(window, Qt.Key.Key_Up)
    assert section.tile() == (164, 164)
    enter(qtbot, crop, "150")
    qtbot.keyClick(crop, Qt.Key.Key_Down)
    assert section.crop() == (144, 144)
    qtbot.keyClick(crop, Qt.Key.Key_Up)
    assert section.crop() == (160, 160)
    enter(qtbot, crop, "7")
    qtbot.keyClick(crop, Qt.Key.Key_Down)
    assert section.crop() == (16, 16), "nothing legal is smaller than the period"


def test_a_crop_beyond_the_window_is_refused_and_mended(qtbot, section):
    enter(qtbot, section.window_edit.spins[0], "148")
    enter(qtbot, section.crop_edit.spins[0], "200")
    assert section.plan is None
    assert colour(section) == ERROR
    assert "beyond the output window of 148 px" in section.verdict.text
    assert section.forecast.isHidden()
    qtbot.mouseClick(section.verdict.button, Qt.MouseButton.LeftButton)
    assert section.plan.crop == (144, 144)


def test_a_crop_alone_takes_the_window_along(qtbot, section):
    enter(qtbot, section.crop_edit.spins[0], "96")
    assert section.tile() is None
    assert section.plan.output_window == (100, 100)
    assert section.window_edit.spins[0].value() == 100
    qtbot.mouseClick(section.crop_edit.auto, Qt.MouseButton.LeftButton)
    assert section.crop() == "auto"


def test_the_wheel_changes_nothing_without_a_click(qtbot, section):
    from qtpy.QtCore import QPoint, QPointF
    from qtpy.QtGui import QWheelEvent

    spin = section.crop_edit.spins[0]
    section.per_axis.setFocus()
    turned = QWheelEvent(
        QPointF(5, 5),
        QPointF(spin.mapToGlobal(QPoint(5, 5))),
        QPoint(0, 0),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    spin.wheelEvent(turned)
    assert section.crop() == "auto"
    assert not turned.isAccepted()


def test_the_forecast_counts_tiles_planes_memory_and_known_time(section):
    section.window_edit.choose((148, 148))
    assert section.forecast.text() == "20 tiles · 2.6× computing · 25 MB"
    section.set_task(flat(planes=30))
    assert section.forecast.text().startswith("20 tiles × 30 planes · 2.6× computing · ")
    work = 20 * 30 * PAPER.work((148, 148))
    section.set_speed(90 / work)
    assert section.forecast.text().endswith(" · about 2 min")
    section.set_speed(None)
    assert "about" not in section.forecast.text()


def test_a_size_per_axis(qtbot, section):
    section.window_edit.choose((148, 148))
    qtbot.mouseClick(section.per_axis, Qt.MouseButton.LeftButton)
    spins = section.crop_edit.spins
    assert [spin.isVisible() for spin in spins] == [True, True, False]
    enter(qtbot, spins[1], "128")
    enter(qtbot, spins[0], "100")
    assert section.crop() == (100, 128)
    assert "100 px along y is off" in section.verdict.text
    qtbot.mouseClick(section.verdict.button, Qt.MouseButton.LeftButton)
    assert section.crop() == (112, 128)


def test_a_volume_begins_with_a_size_per_axis_and_anisotropic_steps(qtbot, section):
    task = Task((40, 200, 240), 1, VOLUME.footprint, in_channels=1, out_channels=4)
    section.set_task(task)
    assert section.per_axis.isChecked()
    spins = section.crop_edit.spins
    assert all(spin.isVisible() for spin in spins)
    assert spins[0].text().startswith("z ")
    section.window_edit.choose((16, 64, 64))
    section.crop_edit.choose((8, 60, 60))
    for spin in spins:
        qtbot.keyClick(spin, Qt.Key.Key_Down)
    assert section.crop() == (6, 56, 56)


def test_without_a_task_nothing_can_be_chosen(section):
    section.set_task(None)
    assert section.plan is None
    assert not section.isEnabled()
    assert section.window_edit.spins[0].text() == "– px"
    assert section.verdict.text == ""


def test_every_control_says_what_it_does_and_its_default(section):
    for control in (
        section.window_edit,
        section.crop_edit,
        section.per_axis,
        *section.show_boxes.values(),
    ):
        assert "Default: " in control.toolTip()
    for edit in (section.window_edit, section.crop_edit):
        assert "px" in edit.toolTip()
