"""What of a run is on the screen, and the lines that its method draws there."""

from dataclasses import dataclass
from itertools import product
from math import ceil, floor, log2
from typing import TYPE_CHECKING, Self

import numpy as np
from napari.viewer import Viewer

from ..canvas.lines import Plane
from ..canvas.target import plane_of
from ..canvas.view import shown_axes, slice_point
from ..layers import full_resolution
from .session import Run

if TYPE_CHECKING:
    from ...embeddings.ellipses import Ellipses
    from ...embeddings.offsets import Offsets

GAP_SCREEN_PX = 6.0
"""About this far apart vectors begin on the screen."""
MOST_EDGES, MOST_SIDES, LEAST_SIDES = 12_000, 32, 8
"""Of all ellipses together, and of each."""

Index = tuple[int, ...]


@dataclass(frozen=True)
class Shown:
    """The part of a run's image that is on the screen."""

    run: Run
    letters: str
    """The shown axes, as the viewer orders them."""
    part: dict[str, slice]
    """The pixels along each axis of the image: those to be seen, or the slider's only one."""
    point: np.ndarray
    """Place of the sliders in px of the layer; may be between two of them."""
    plane: Plane | None
    """What is shown where the screen is flat, for comparison with what it shows later."""
    px_per_screen_px: float

    @classmethod
    def of(cls, viewer: Viewer, run: Run) -> Self:
        """Take what is on the screen now."""
        layer, axes = run.image_layer, run.embedded.selection.image.axes
        shown, at = shown_axes(viewer, layer), slice_point(viewer, layer).astype(int).tolist()
        part = {letter: slice(place, place + 1) for letter, place in zip(axes, at, strict=True)}
        plane = plane_of(viewer, layer) if viewer.dims.ndisplay == 2 else None
        for place, axis in enumerate(shown):
            last = full_resolution(layer).shape[axis] - 1
            low, high = (0, last) if plane is None else plane.drawn(place)
            part[axes[axis]] = slice(max(0, ceil(low)), floor(high) + 1)
        finest = float(np.min(np.abs(np.asarray(layer.scale)[list(shown)])))
        return cls(
            run=run,
            letters="".join(axes[axis] for axis in shown),
            part=part,
            point=np.asarray(layer.world_to_data(viewer.dims.point)),
            plane=plane,
            px_per_screen_px=1 / (viewer.scene.camera.zoom * finest),
        )

    @property
    def planes(self) -> list[Index]:
        """The planes that were predicted one by one and are on the screen."""
        sides = [self.part[letter] for letter in self.run.embedded.selection.loop_axes]
        return list(product(*(range(side.start, side.stop) for side in sides)))

    def offsets(self) -> tuple["Offsets", np.ndarray]:
        """Return where pixels point, and segments `(n, 2, ndim)` in px of the layer."""
        from ...embeddings.offsets import sample_offsets

        embedded = self.run.embedded
        selection = embedded.selection
        found = sample_offsets(
            embedded.raw[: len(selection.space)],
            embedded.foreground,
            self.run.clustering.foreground_threshold,
            [self.part[letter] for letter in selection.axes],
            2 ** max(0, round(log2(GAP_SCREEN_PX * self.px_per_screen_px))),
        )
        still = np.zeros((len(found.pixels), len(selection.loop_axes)), np.float32)
        moves = np.concatenate([still, found.vectors], axis=1)
        return found, self._in_layer(np.stack([found.pixels, moves], axis=1))

    def outlines(self, ellipses: "Ellipses") -> np.ndarray:
        """Return the outlines of ellipses as segments `(n, 2, ndim)` in px of the layer."""
        selection = self.run.embedded.selection
        for axis, letter in enumerate(selection.axes):
            side = self.part[letter]
            if letter in self.letters:
                ellipses = ellipses.reaching(axis, side.start, side.stop - 1)
            else:
                ellipses = ellipses.cut(axis, side.start)
        ellipses = ellipses.largest(MOST_EDGES // LEAST_SIDES)
        sides = int(np.clip(MOST_EDGES // max(1, len(ellipses)), LEAST_SIDES, MOST_SIDES))
        drawn = [selection.axes.index(a) for a in selection.space if a in self.letters]
        return self._in_layer(ellipses.outlines(drawn, sides))

    def _in_layer(self, segments: np.ndarray) -> np.ndarray:
        """Give segments along the axes of the labels those of the image, in the sliders' place."""
        selection, ndim = self.run.embedded.selection, self.run.image_layer.ndim
        data = np.zeros((len(segments), 2, ndim), np.float32)
        data[:, 0] = self.point
        for axis, letter in enumerate(selection.axes):
            at = selection.image.axes.index(letter)
            data[:, 1, at] = segments[:, 1, axis]
            if letter in self.letters:
                data[:, 0, at] = segments[:, 0, axis]
        return data
