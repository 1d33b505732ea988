import pytest
from jaxtyping import config


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let wrong types through to the code's own checks, as in use."""
    monkeypatch.setattr(config, "jaxtyping_disable", True)
