import pytest
from napari._app_model import get_app_model
from napari._qt.widgets.qt_command_palette import QCommandPalette
from npe2 import PluginManager
from qtpy.QtCore import QSize
from qtpy.QtWidgets import QApplication, QFileDialog

from napari_shift_unet.errors import InputError
from napari_shift_unet.gui import commands
from napari_shift_unet.gui.controls.docks import open_dock
from napari_shift_unet.gui.segment.pick import IDLE

PLUGIN = "napari-shift-unet"
OF_NAPARI = {"get_reader", "write_labels_tiff", "write_labels_ome_zarr", "write_objects_csv"}
"""Commands that napari calls, with files."""


def run(name):
    return get_app_model().commands.execute_command(f"{PLUGIN}.{name}").result()


def check_palette_and_menus(window):
    """Whether what a user can do, and nothing else, is offered by name."""
    palette = QCommandPalette(window)
    palette.update_context(window)
    offered = {rule.id: rule for rule in palette._list.all_commands}
    context = palette._list._app_model_context
    contributions = PluginManager.instance().get_manifest(PLUGIN).contributions
    samples = {sample.command: sample.key for sample in contributions.sample_data}
    for command in contributions.commands:
        name = samples.get(command.id, command.id.partition(".")[2])  # a sample has its key
        rule = offered[f"{PLUGIN}.{name}"]
        can_run = rule.enablement is None or rule.enablement.eval(context)
        assert not (can_run and name in OF_NAPARI), name
        assert command.id in samples or "Shift U-Net" in rule.title
    for menu, items in contributions.menus.items():
        shown = {str(getattr(item, "command", "")) for item in get_app_model().menus.get_menu(menu)}
        assert all(any(item.command in text for text in shown) for item in items), menu


def check_small_window(viewer):
    """Whether a window of 1,280 x 720 px holds the docks, and cuts off none of their rows."""
    viewer.window.resize(1280, 720)
    for _ in range(3):
        QApplication.processEvents()
    assert viewer.window._qt_window.size() == QSize(1280, 720)
    assert "Settings (Shift U-Net)" in viewer.window.dock_widgets
    for name, dock in viewer.window.dock_widgets.items():
        room, inside = dock.scroll_area.viewport().width(), dock.scroll_area.widget()
        assert inside.minimumSizeHint().width() <= room, name
        assert dock.minimumSizeHint().height() <= 720 / 2, name


def test_commands_open_widgets_and_do_what_the_buttons_do(make_napari_viewer, qtbot, monkeypatch):
    viewer = make_napari_viewer(show=True)
    check_palette_and_menus(viewer.window._qt_window)
    run("segment_widget")  # as from the menu
    run("try_sample")
    assert list(viewer.window.dock_widgets) == ["Segment (Shift U-Net)"], "not opened twice"
    segment = open_dock(viewer, "Segment")
    assert segment.images.layer.name == commands.SAMPLE
    with pytest.raises(InputError, match=commands.NO_SEAMS_EXPECTED):
        run("mend_tiles")
    segment.tiling.window_edit.choose((148, 148))
    segment.tiling.crop_edit.choose((148, 148))
    run("mend_tiles")
    assert segment.tiling.plan.legal
    for name, reason in (
        ("cancel", commands.NOT_RUNNING),
        ("pick", IDLE),
        ("export", "Predict first"),
        ("next_pair", commands.NO_MORE_PAIRS),
        ("repair", "Audit the labels first"),
    ):
        with pytest.raises(InputError, match=reason):
            run(name)
    monkeypatch.setattr(segment.predictor, "start", lambda request: None)
    with qtbot.waitSignal(segment.bar.begin):
        run("predict")
    with qtbot.waitSignal(segment.bar.cancel):
        run("cancel")
    run("try_seams")
    inspect = open_dock(viewer, "Inspect seams")
    with qtbot.waitSignal(inspect.counter.counted):
        run("audit")
    for name, row in (("next_pair", 0), ("next_pair", 1), ("previous_pair", 0)):
        run(name)
        assert inspect.review.table.row_of(inspect.inspection.current) == row
    with pytest.raises(InputError, match=commands.NO_MORE_PAIRS):
        run("previous_pair")
    run("settings_widget")
    for theme in ("dark", "light"):
        viewer.theme = theme
        check_small_window(viewer)
    asked = []
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: asked.append(1) or "")
    segment.export.export_button.setEnabled(True)
    run("export")
    assert asked
    run("forget_settings")
