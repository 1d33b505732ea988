"""The outlines of one result or the other on the screen; the layers of both are linked."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any
from weakref import WeakSet

from napari.experimental import link_layers, unlink_layers
from napari.layers import Image, Labels, Layer
from napari.utils.colormaps import DirectLabelColormap

OF_A, OF_B = "#ffffff", "#ff00ff"
"""Colours of the outlines; equal ones lie on each other, and the upper one is seen."""
CLEAR = "#00000000"
CONTOUR_PX = 1
CHANGED = ("contour", "opacity", "colormap")
LINKED = {
    "labels": ("blending", "contour", "opacity"),
    "colours": ("blending", "opacity"),
    "values": ("blending", "colormap", "contrast_limits", "gamma", "opacity"),
}
"""What the layers of both have in common, by what kind of layer they are."""


class Shown(StrEnum):
    """What of two results is on the screen."""

    A = "A"
    B = "B"
    BOTH = "both"


class Flip:
    """Shows the outlines of two results, each in its colour: numbers of objects do not matter.

    What the labels looked like before is given back by `release`, or when another one takes them.
    """

    def __init__(self) -> None:
        self._pairs: list[tuple[Layer, Layer]] = []
        self._before: list[tuple[Labels, dict[str, Any]]] = []
        self.shown: Shown | None = None

    def set_layers(self, a: Sequence[Layer], b: Sequence[Layer]) -> None:
        """Link the layers of two results, kind by kind; those before are given back."""
        self.release()
        for other in [flip for flip in _HOLDING if flip.holds(a) or flip.holds(b)]:
            other.release()
        _HOLDING.add(self)
        theirs = {_kind(layer): layer for layer in b}
        self._pairs = [(layer, theirs[_kind(layer)]) for layer in a if _kind(layer) in theirs]
        for pair in self._pairs:
            for layer, colour in zip(pair, (OF_A, OF_B), strict=True):
                if isinstance(layer, Labels):
                    self._outline(layer, colour)
            link_layers(pair, LINKED[_kind(pair[0])])

    def show(self, what: Shown) -> None:
        """Show the outlines of one or of both, and what else is visible, of one."""
        for a, b in self._pairs:
            if isinstance(a, Labels):
                a.visible, b.visible = what != Shown.B, what != Shown.A
            else:
                either = a.visible or b.visible
                a.visible, b.visible = either and what != Shown.B, either and what == Shown.B
        self.shown = what

    def release(self) -> None:
        """Unlink the layers, and give them back how they were coloured."""
        for pair in self._pairs:
            unlink_layers(pair, LINKED[_kind(pair[0])])
        for layer, looks in self._before:
            for name, value in looks.items():
                setattr(layer, name, value)
        self._pairs, self._before, self.shown = [], [], None
        _HOLDING.discard(self)

    def holds(self, layers: Sequence[Layer]) -> bool:
        """Whether some of these are outlined or linked."""
        return any(layer in pair for pair in self._pairs for layer in layers)

    def _outline(self, layer: Labels, colour: str) -> None:
        self._before.append((layer, {name: getattr(layer, name) for name in CHANGED}))
        layer.contour, layer.opacity = CONTOUR_PX, 1
        layer.colormap = DirectLabelColormap(color_dict={None: colour, 0: CLEAR})


_HOLDING: "WeakSet[Flip]" = WeakSet()


def _kind(layer: Layer) -> str:
    if isinstance(layer, Labels):
        return "labels"
    return "colours" if isinstance(layer, Image) and layer.rgb else "values"
