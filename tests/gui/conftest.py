"""What GUI tests share."""

import pytest
from npe2 import PluginManager


@pytest.fixture
def plugins() -> PluginManager:
    """The installed plugins, as a viewer without a window does not look for them."""
    manager = PluginManager.instance()
    manager.discover()
    return manager
