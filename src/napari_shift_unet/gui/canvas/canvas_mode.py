"""Clicks and keys on the canvas, taken while a mode is on and given back after it."""

from collections.abc import Callable, Generator, Mapping
from typing import Any, ClassVar

import numpy as np
from napari.viewer import Viewer

CLICK_PX = 4
"""A mouse that moves further than this on the screen drags."""

MODIFIERS = ("Shift", "Alt", "Control")
Position = tuple[float, ...]
OnClick = Callable[[Position, frozenset[str]], None]


class CanvasMode:
    """Sends clicks and keys of a viewer to somebody; dragging still moves the image.

    Parameters
    ----------
    viewer
        The viewer.
    on_click
        Gets the world position and the modifier keys ("Shift", "Alt", "Control") of a click with
        the left button.
    keys
        What to call for which key, in the spelling of `Viewer.bind_key`. They hold whatever layer
        is active.
    viewer_keys
        The same for keys that the active layer may answer first.
    on_taken
        Called after another mode of the same viewer has taken clicks and keys over.
    """

    _all_on: ClassVar[list["CanvasMode"]] = []

    def __init__(
        self,
        viewer: Viewer,
        on_click: OnClick,
        keys: Mapping[str, Callable[[], None]],
        viewer_keys: Mapping[str, Callable[[], None]],
        on_taken: Callable[[], object] = lambda: None,
    ) -> None:
        self._viewer, self._on_click, self._on_taken = viewer, on_click, on_taken
        self._keys, self._viewer_keys = dict(keys), dict(viewer_keys)
        self._bound: list[tuple[Any, str, Any]] = []
        self._double_clicks: list[Any] = []
        self.is_on = False

    def enter(self) -> None:
        """Take the clicks and keys."""
        if self.is_on:
            return
        viewer = self._viewer
        # Two modes at once would give back each other's keys.
        for other in [mode for mode in self._all_on if mode._viewer is viewer]:
            other.leave()
            other._on_taken()
        self._all_on.append(self)
        self.is_on = True
        viewer.mouse_drag_callbacks.append(self._on_drag)
        # napari would zoom in when two objects are clicked quickly.
        self._double_clicks = list(viewer.mouse_double_click_callbacks)
        viewer.mouse_double_click_callbacks.clear()
        viewer.layers.selection.events.active.connect(self._on_active)
        self._bind()
        viewer.cursor.style = "crosshair"

    def leave(self) -> None:
        """Give the clicks and keys back."""
        if not self.is_on:
            return
        self.is_on = False
        self._all_on.remove(self)
        viewer = self._viewer
        viewer.mouse_drag_callbacks.remove(self._on_drag)
        viewer.mouse_double_click_callbacks.extend(self._double_clicks)
        viewer.layers.selection.events.active.disconnect(self._on_active)
        self._unbind()
        viewer.cursor.style = "standard"

    def _on_active(self, event: Any) -> None:
        self._unbind()
        self._bind()
        self._viewer.cursor.style = "crosshair"

    def _bind(self) -> None:
        """Bind the keys to the active layer too: a layer's own keys go before the viewer's."""
        layer = self._viewer.layers.selection.active
        for owner, keys in (
            (self._viewer, self._keys | self._viewer_keys),
            *(((layer, self._keys),) if layer is not None else ()),
        ):
            for key, call in keys.items():
                before = owner.bind_key(key, _ignoring_owner(call), overwrite=True)
                self._bound.append((owner, key, before))

    def _unbind(self) -> None:
        for owner, key, before in self._bound:
            owner.bind_key(key, before, overwrite=True)
        self._bound.clear()

    def _on_drag(self, viewer: Viewer, event: Any) -> Generator[None, None, None]:
        if event.button != 1:
            return
        start, position = np.array(event.pos), tuple(event.position)
        modifiers = frozenset(name for name in MODIFIERS if name in event.modifiers)
        yield
        dragged = False
        while event.type == "mouse_move":
            dragged |= bool(np.abs(np.array(event.pos) - start).max() > CLICK_PX)
            yield
        if not dragged:
            self._on_click(position, modifiers)


def _ignoring_owner(call: Callable[[], None]) -> Callable[[Any], None]:
    def handler(owner: Any) -> None:
        call()

    return handler
