"""What GUI tests share."""

from pathlib import Path

import numpy as np
import pytest
from npe2 import PluginManager
from pytestqt.qtbot import QtBot
from qtpy.QtWidgets import QApplication

from napari_shift_unet.gui import priority
from napari_shift_unet.gui.controls import trust
from probe_desk import write_network, write_normalising
from seeing_model import write_seeing_model

PATIENCE_MS = 60_000


class PatientBot(QtBot):
    """Waits longer than pytest-qt's 5 s: a busy machine takes that for a first import of torch."""

    def waitSignal(self, signal, *, timeout=PATIENCE_MS, **how):
        return super().waitSignal(signal, timeout=timeout, **how)

    def waitSignals(self, signals, *, timeout=PATIENCE_MS, **how):
        return super().waitSignals(signals, timeout=timeout, **how)

    def waitUntil(self, callback, *, timeout=PATIENCE_MS):
        return super().waitUntil(callback, timeout=timeout)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """The user's hands and eyes."""
    return PatientBot(request)


@pytest.fixture(autouse=True)
def one_priority(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let work go on beside other tests, which would hold up what stands behind them."""
    monkeypatch.setattr(priority, "STEPS_BACK", 0)


@pytest.fixture
def plugins() -> PluginManager:
    """The installed plugins, as a viewer without a window does not look for them."""
    manager = PluginManager.instance()
    manager.discover()
    return manager


@pytest.fixture(scope="session")
def model_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Path of a 2D model to which bright is foreground and near is alike."""
    return write_seeing_model(tmp_path_factory.mktemp("model") / "seeing.safetensors")


@pytest.fixture(scope="session")
def model_path_3d(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Path of such a model for volumes, whose period is 2 x 4 x 4 px."""
    path = tmp_path_factory.mktemp("model") / "seeing-3d.safetensors"
    return write_seeing_model(path, ndim=3, factors=((1, 2, 2), (2, 2, 2)), embedding_dims=3)


@pytest.fixture
def objects() -> np.ndarray:
    """Two neighbours, 1 and 2, of which 1 has two alike halves 1 and 3, and one further away, 4."""
    array = np.zeros((60, 80), np.int32)
    array[10:30, 10:20] = 1
    array[10:30, 20:30] = 3
    array[10:30, 32:50] = 2
    array[40:50, 55:70] = 4
    return array


@pytest.fixture
def unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user who has not said yes to any file so far."""
    monkeypatch.setattr(trust, "_trusted", set())


@pytest.fixture(scope="session")
def foreign_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Path of a TorchScript network of period 2 px."""
    return write_network(tmp_path_factory.mktemp("foreign") / "net.pt")


@pytest.fixture(scope="session")
def normalising_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Path of a TorchScript network of which no tiling is exact."""
    return write_normalising(tmp_path_factory.mktemp("foreign") / "norm.pt")
