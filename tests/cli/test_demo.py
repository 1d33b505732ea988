import subprocess
import sys
from importlib.util import find_spec

import pytest


@pytest.mark.parametrize(("returned", "code"), [(0, 0), (2, 2), (-9, 9)])
def test_the_demo_runs_in_an_interpreter_of_its_own(shift_unet, monkeypatch, returned, code):
    commands = []

    def run(command, check):
        commands.append(command)
        return subprocess.CompletedProcess(command, returned)

    monkeypatch.setattr("napari_shift_unet.cli.demo.subprocess.run", run)
    assert shift_unet("demo", "--output", "there", "--model", "a.safetensors").code == code
    assert shift_unet("demo").code == code
    start = [sys.executable, "-m", "napari_shift_unet.gui.demo", "--output"]
    assert commands == [[*start, "there", "--model", "a.safetensors"], [*start, "demo-output"]]


@pytest.mark.parametrize("missing", [("napari",), ("PyQt6", "PySide6", "PyQt5", "PySide2")])
def test_without_napari_or_qt_the_demo_says_what_to_install(shift_unet, monkeypatch, missing):
    def find(name):
        return None if name in missing else find_spec(name)

    monkeypatch.setattr("napari_shift_unet.cli.demo.find_spec", find)
    assert "pip install 'napari-shift-unet[all]'" in shift_unet("demo").error
