"""What GUI tests share."""

from pathlib import Path

import pytest
from npe2 import PluginManager

from seeing_model import write_seeing_model


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
