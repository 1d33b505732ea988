"""Connections to napari's events that are cut together when a widget is closed."""

from collections.abc import Callable
from typing import Any


class Connections:
    """Keeps what was connected; `cut` takes all of it back.

    napari holds only weak references to bound methods, but a Qt object may be deleted while its
    Python half lives on: then a call would fail.
    """

    def __init__(self) -> None:
        self._made: list[tuple[Any, Callable[..., Any]]] = []

    def connect(self, callback: Callable[..., Any], *emitters: Any) -> None:
        """Call back on every event of the emitters."""
        for emitter in emitters:
            emitter.connect(callback)
            self._made.append((emitter, callback))

    def cut(self) -> None:
        """Disconnect everything."""
        for emitter, callback in self._made:
            emitter.disconnect(callback)
        self._made.clear()
