"""An unfinished run as a process has it open: image, network and arrays, found in its folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
import zarr

from ..embeddings import PixelEmbedding, embed
from ..embeddings.chunked import Grouping, Source, grouping_of
from ..errors import InputError, ModelError
from ..geometry import TilePlan, plan_tiles
from ..images import Image, Normalisation, Selection, read_block, read_image, select
from ..images.arrays import Box
from ..images.atomic import ZARR_MARKS
from ..networks import Model, load_model
from ..prediction import find_device
from ..prediction.runner import Runner
from ..segmentation.certifying import box_of, choose_places
from .job import Job
from .layout import Layout
from .store import MODEL, Store

EMBEDDING, PIECES, LABELS = "embedding.zarr", "pieces.zarr", "labels.zarr"


@dataclass(frozen=True, eq=False)
class Opened:
    """What the units of a run share in one process."""

    store: Store
    job: Job
    image: Image
    model: Model

    @cached_property
    def selection(self) -> Selection:
        """Planes and channels that the network sees."""
        return select(self.image, self.model.footprint.ndim, self.job.channels)

    @cached_property
    def plan(self) -> TilePlan:
        """Tiles of a plane."""
        shape = tuple(self.image.size(letter) for letter in self.selection.space)
        return plan_tiles(shape, self.model.footprint, self.job.tile, self.job.crop)

    @cached_property
    def layout(self) -> Layout:
        """Units of work."""
        return Layout(self.selection, self.plan, self.job.chunk)

    @cached_property
    def normalisations(self) -> tuple[Normalisation, ...]:
        """Of the whole image, per channel."""
        return tuple(Normalisation(low, high) for low, high in self.job.normalisation)

    @cached_property
    def checked(self) -> list[tuple[tuple[int, ...], Box]]:
        """Windows across tile borders that will be predicted again: plane and box of each."""
        places = choose_places(self.plan, self.layout.planes)
        plane_of = self.layout.plane_index
        return [(plane_of(place.plane), box_of(self.plan, place)) for place in places]

    @cached_property
    def runner(self) -> Runner:
        """The network on its device."""
        return Runner(self.model, find_device(self.job.device), self.job.precision)

    @cached_property
    def grouping(self) -> Grouping:
        """How pixels become objects."""
        return grouping_of(self.job.clustering, self.threads)

    @property
    def threads(self) -> int:
        """Cores that this process was given."""
        return torch.get_num_threads()

    @property
    def embedding_path(self) -> Path:
        """Where the output of the network lies."""
        return (self.store.folder if self.job.kept else self.store.root) / EMBEDDING

    @cached_property
    def embedding(self) -> "zarr.Array[Any]":
        """Output of the network, `(c, *file_axes)`, in the type of `job.stored`."""
        return _array(self.embedding_path)

    @cached_property
    def pieces(self) -> "zarr.Array[Any]":
        """Pieces of objects, numbered from 1 in each chunk, int32 `(*file_axes)`."""
        return _array(self.store.path(PIECES))

    def level(self, level: int) -> "zarr.Array[Any]":
        """One level of the labels, int32."""
        return _array(self.store.path(LABELS, str(level)))

    def whole(self, stage: str, plane: int) -> dict[str, np.ndarray]:
        """Return what a pass of the grouping found out of a plane; kept until the next plane."""
        held = self._whole.get(stage)
        if held is None or held[0] != plane:
            held = self._whole[stage] = (plane, self.store.read(f"whole-{stage}", plane))
        return held[1]

    @cached_property
    def _whole(self) -> dict[str, tuple[int, dict[str, np.ndarray]]]:
        return {}

    def source(self, plane: int) -> Source:
        """Return the embedded pixels of a plane, chunk by chunk."""
        index = self.layout.plane_index(plane)

        def read(box: Box) -> PixelEmbedding:
            return self.embedded(index, box)

        return Source(read, self.layout.grid, self.job.clustering.foreground_threshold)

    def embedded(self, plane: tuple[int, ...], box: Box) -> PixelEmbedding:
        """Read what a box of a plane is grouped by, in whole-image coordinates.

        Raises
        ------
        InputError
            If it cannot be read, or is gone.
        """
        raw = self.read(self.embedding, plane, box).astype(np.float32)
        if np.isnan(raw[-1]).all():
            raise InputError(
                f"{self.embedding_path} has lost the output of the network at "
                f"{[side.start for side in box]}. Begin anew, without resuming."
            )
        card = self.model.config
        return embed(raw, card.method, card.spec.foreground, [side.start for side in box])

    def read(self, array: "zarr.Array[Any]", plane: tuple[int, ...], box: Box) -> np.ndarray:
        """Read a box of a plane, `(*box)` or `(c, *box)`, of an array of this run.

        Raises
        ------
        InputError
            If it cannot be read.
        """
        place = self.layout.place_of(plane, box)
        whole = tuple(p if isinstance(p, slice) else slice(p, p + 1) for p in place)
        channels = (slice(0, n) for n in array.shape[: array.ndim - len(whole)])
        block = read_block(array, (*channels, *whole))
        planes = tuple(range(array.ndim - len(whole), array.ndim - len(box)))
        return block.squeeze(planes)

    def check_source(self) -> None:
        """Refuse to take missing chunks of a store for black when the whole store is gone.

        Raises
        ------
        InputError
            If the image is no longer where it was.
        """
        path = self.job.image.path
        if path is None or Path(path).is_file():
            return
        if not any((Path(path) / mark).exists() for mark in ZARR_MARKS):
            raise InputError(
                f"{path} is gone: it cannot be read any more. Bring it back, and run the same "
                "command again."
            )


def open_run(folder: Path) -> Opened:
    """Open the unfinished run of a folder; the same one each time until it changes.

    Raises
    ------
    InputError
        If there is none, or its image cannot be read by this process.
    ModelError
        If its model cannot be loaded.
    """
    store = Store(folder)
    try:
        text = store.path("job.json").read_text("utf-8")
    except OSError as error:
        raise InputError(f"{folder} holds no unfinished run ({error.strerror}).") from error
    return _open(folder, text)


@contextmanager
def adopted(folder: Path, image: Image, model: Model) -> Iterator[None]:
    """Give this process an image and a network that it has open already."""
    _ADOPTED[folder] = (image, model)
    _open.cache_clear()
    try:
        yield
    finally:
        _ADOPTED.pop(folder, None)
        _open.cache_clear()


_ADOPTED: dict[Path, tuple[Image, Model]] = {}


@lru_cache(maxsize=2)
def _open(folder: Path, text: str) -> Opened:
    store, job = Store(folder), Job.model_validate_json(text)
    image, model = _ADOPTED.get(folder) or (_read_image(job), _read_model(store, job))
    return Opened(store, job, image, model)


def _read_image(job: Job) -> Image:
    if job.image.path is None:
        raise InputError(
            f"The image '{job.image.name}' is in the memory of another process. "
            "Save it as OME-Zarr, and give its path."
        )
    return read_image(job.image.path)


def _read_model(store: Store, job: Job) -> Model:
    if not job.model.in_folder:
        raise ModelError(
            f"the network of '{job.model.name}' is another program's, or was never saved, and can "
            "only be used by the process that has loaded it. Use no other workers."
        )
    return replace(load_model(store.path(MODEL)), hash=job.model.hash)


def _array(path: Path) -> "zarr.Array[Any]":
    try:
        array = zarr.open_array(path, mode="r+")
    except (OSError, ValueError, LookupError) as error:
        raise InputError(f"{path} is gone or damaged. Begin anew, without resuming.") from error
    return array
