"""The output of the network as colours in all resolutions, to be looked at while a run goes on."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..embeddings import confidence
from ..embeddings.projection import Projection
from ..images import read_block
from ..images.atomic import remove
from ..images.lasting import sync_chunks, sync_tree
from ..images.pyramid import create_pyramid, fill_pyramid, halved
from .opened import LABELS, Opened
from .pyramids import colours_of, levels_of
from .store import noticing
from .tasks import left_to_predict

if TYPE_CHECKING:
    import zarr

PAINTED, COLOURING = "painted", "colouring"
LIKELY = 0.5
"""Probability of the foreground from which pixels decide the colours."""
BYTE = 255


class Pictures:
    """Paints the units of a run one by one, in one process, and fills in coarser labels early.

    Parameters
    ----------
    run
        An unfinished run.
    """

    def __init__(self, run: Opened) -> None:
        self._run = run
        path = colours_of(run.store.path(LABELS))
        if not (path / "zarr.json").is_file():
            self._create(path)
        self._colours = levels_of(path)
        self._projection = self._fitted()

    def _create(self, path: Path) -> None:
        """Create colours without any, whole or not at all."""
        store, temporary = self._run.store, self._run.store.path(COLOURING + ".zarr")
        with noticing(store.folder):
            remove(temporary)
            create_pyramid(temporary, self._run.layout.donor(4), np.dtype(np.uint8))
            sync_tree(temporary)
            temporary.replace(path)

    def catch_up(self) -> Iterator[int]:
        """Paint units that were predicted by an earlier run; yields the number of each."""
        count = len(self._run.layout)
        missing = set(self._run.store.left(PAINTED, count))
        for unit in sorted(missing.difference(left_to_predict(self._run))):
            self.paint(unit)
            yield unit

    def paint(self, number: int) -> None:
        """Colour a unit that was predicted.

        Raises
        ------
        InputError, OutputError
            If its output cannot be read, or the colours not be written.
        """
        run = self._run
        unit = run.layout.unit(number)
        place = run.layout.place(unit)
        output = read_block(run.embedding, (slice(None), *place)).astype(np.float32)
        spec = run.model.config.spec
        alpha = confidence(output) if spec.foreground else np.ones(output.shape[1:], np.float32)
        raw = output[: spec.embedding_dims]
        rgba = np.empty((4, *alpha.shape), np.uint8)
        rgba[3] = np.rint(BYTE * alpha)
        colours = self._project(raw, alpha >= LIKELY)
        rgba[:3] = np.rint(BYTE * np.moveaxis(colours, -1, 0)) * (rgba[3] > 0)
        axes, there = "c" + run.layout.file_axes, (slice(0, 4), *place)
        with noticing(run.store.folder):
            fill_pyramid(self._colours, axes, there, rgba)
            sync_chunks(self._colours[0], there)
        run.store.write(PAINTED, number, {})

    def fill_labels(self, number: int) -> None:
        """Write the labels of a unit into the coarser levels, before all units are labelled."""
        run, axes = self._run, self._run.layout.file_axes
        place = run.layout.place(run.layout.unit(number))
        coarser, labels = halved(axes, place, read_block(self._labels[0], place))
        with noticing(run.store.folder):
            fill_pyramid(self._labels[1:], axes, coarser, labels)

    @cached_property
    def _labels(self) -> "list[zarr.Array[Any]]":
        return levels_of(self._run.store.path(LABELS))

    def _project(self, raw: np.ndarray, likely: np.ndarray) -> np.ndarray:
        """Return colours of one projection, which the first objects that are seen decide."""
        if self._projection is not None:
            return self._projection.apply(raw)
        projection = Projection.fit(raw, likely)
        if likely.any():
            self._projection = projection
            self._run.store.write(
                COLOURING, 0, {name: getattr(projection, name) for name in _PARTS}
            )
        return projection.apply(raw)

    def _fitted(self) -> Projection | None:
        store = self._run.store
        return Projection(**store.read(COLOURING, 0)) if store.has(COLOURING, 0) else None


_PARTS = tuple(Projection.__dataclass_fields__)
