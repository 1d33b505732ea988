"""What every test shares: shape checks at run time, fixed seeds, and a look for GUI leftovers."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import settings

import runtime_checks
from gui_leftovers import Watch

VIEWER_FIXTURES = {"make_napari_viewer", "make_napari_viewer_proxy"}
GUI_FIXTURES = VIEWER_FIXTURES | {"qapp", "qtbot"}

if "PYTEST_XDIST_WORKER" in os.environ:  # as many processes as cores: one thread each
    os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["NAPARI_CONFIG"] = ""  # napari then neither reads nor writes the user's settings

# A shell that runs the suite in the background has it ignore Ctrl-C, and its subprocesses too.
signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("house", deadline=None, max_examples=30)
settings.register_profile("ci", parent=settings.get_profile("house"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "house")

runtime_checks.install()


@pytest.fixture
def rng() -> np.random.Generator:
    """A seeded random generator."""
    return np.random.default_rng(0)


@pytest.fixture(autouse=True)
def _seeds() -> None:
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(0)


@pytest.fixture(autouse=True)
def _clean_themes() -> None:
    """Replace napari's fixture of this name, which imports napari for every test."""


@pytest.fixture(autouse=True)
def _disable_qt_warnings() -> None:
    """Replace napari's fixture of this name, which imports Qt for every test."""


@pytest.fixture(autouse=True)
def _nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a GUI test that leaves a top-level widget or a thread behind.

    Set up before the test's own fixtures and therefore finished after them, when the viewer is
    closed. A test without a GUI fixture pays nothing.
    """
    if GUI_FIXTURES.isdisjoint(request.fixturenames):
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        if not VIEWER_FIXTURES.isdisjoint(request.fixturenames):
            _keep_gl_context_current(patch)
        watch = Watch(patch)
        yield
        # The traceback of a failed test keeps its widgets alive: one complaint is enough.
        if request.node.rep_setup.passed and request.node.rep_call.passed:
            left = watch.leftovers()
            if left:
                pytest.fail("left behind: " + "; ".join(left), pytrace=False)


def _keep_gl_context_current(patch: pytest.MonkeyPatch) -> None:
    """Make the GL context current before buffers are freed; Mesa can crash otherwise."""
    from napari._vispy.canvas import VispyCanvas

    def with_context(method: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(self: VispyCanvas, *args: Any) -> Any:
            self._scene_canvas.set_current()
            return method(self, *args)

        return wrapped

    for name in ("_remove_layer", "_clean_and_update_scenegraph"):
        patch.setattr(VispyCanvas, name, with_context(getattr(VispyCanvas, name)))
