"""The beginning of a run, or the point from which an unfinished one goes on."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..embeddings import ClusterConfig
from ..embeddings.chunked import grouping_of
from ..embeddings.stored import OUTPUT
from ..errors import InputError
from ..geometry import Crop, TilePlan, plan_tiles
from ..images import Image, Selection
from ..images.arrays import block_lengths
from ..images.atomic import check_target
from ..images.checking import check_kind
from ..images.lasting import sync_tree
from ..images.ome_zarr import create_array_zarr
from ..images.pyramid import create_labels_ome_zarr
from ..networks import Model
from ..networks.checkpoint import save_model
from ..prediction import find_device
from ..results import check_directory
from ..results.folder import making
from ..segmentation import SegmentConfig, select_for
from .earlier import FACTS_OF_EARLIER, PREDICTED_FROM, clustered_anew, earlier_facts
from .finishing import move_results
from .identity import identify_image, identify_model
from .intensities import MEASURE
from .job import Job, Stored, differences, prediction_digest
from .layout import Layout, chunk_for
from .memory import activation_bytes, chunk_pixels
from .opened import EMBEDDING, LABELS, PIECES
from .store import FINISHED, MODEL, Store, noticing
from .tasks import PREDICT


@dataclass(frozen=True)
class Wanted:
    """What a user asks for."""

    image: Image
    path: Path | None
    """Where other processes can read the image."""
    model: Model
    config: SegmentConfig
    clustering: ClusterConfig
    memory: int
    stored: Stored = "float16"

    @property
    def selection(self) -> Selection:
        """Planes and channels of the image."""
        return select_for(self.image, self.model, self.config.channel)

    @property
    def plan(self) -> TilePlan:
        """Tiles of a plane that fit the memory."""
        selection = self.selection
        crop: Crop = self.config.crop  # type: ignore[assignment]
        footprint = self.model.footprint
        return plan_tiles(
            [self.image.size(letter) for letter in selection.space],
            footprint,
            self.config.tile,
            crop,
            activation_bytes=activation_bytes(self.memory, footprint.ndim),
        )

    @property
    def job(self) -> Job:
        """The job, before intensities are measured."""
        plan, selection = self.plan, self.selection
        return Job(
            image=identify_image(self.image, self.path),
            channels=selection.channels,
            model=identify_model(self.model),
            tile=plan.output_window,
            crop=plan.crop,
            chunk=chunk_for(plan, chunk_pixels(self.memory)),
            blocks=block_lengths(selection.channel()),
            device=str(find_device(self.config.device)),
            precision=self.config.precision,
            stored=self.stored,
            clustering=self.clustering,
        )


def prepare(folder: Path, wanted: Wanted, *, resume: bool) -> Job:
    """Make a folder ready for the units of a run; what is done of the same run is kept.

    Of a finished run of the same image, model and plan the output of the network is used again.

    Raises
    ------
    InputError
        If the image cannot be used, the clustering needs it in one piece, or an unfinished run is
        of other things.
    OutputError
        If the folder cannot be written to.
    """
    grouping_of(wanted.clustering)
    check_directory(folder)
    check_kind(wanted.selection.channel(), wanted.image.name)
    store, job = Store(folder), wanted.job
    before = store.read_job() if resume else None
    if before is not None and _is_worth_keeping(store):
        _check_same(folder, before, job)
        if before.clustering == job.clustering or not store.has(*FINISHED):
            return _gone_on_with(store, before, job)
        move_results(store)
    facts = earlier_facts(folder, job) if resume else None
    if facts is not None:
        job = clustered_anew(job, facts)
    for name in (EMBEDDING, LABELS):
        if folder.is_dir():
            check_target(folder / name)
    with making(folder):
        _begin(store, job, wanted, facts)
    return job


def _check_same(folder: Path, before: Job, now: Job) -> None:
    changed = differences(before, now)
    if changed:
        raise InputError(
            f"{folder} holds an unfinished run, and {'; '.join(changed)}. Give what it was begun "
            "with, or begin anew with --no-resume."
        )


def _is_worth_keeping(store: Store) -> bool:
    """Whether anything of an unfinished run was done."""
    found = any(any(store.path(stage).glob("*.npz")) for stage in (MEASURE, PREDICT))
    return found or store.path(FACTS_OF_EARLIER).exists()


def _gone_on_with(store: Store, before: Job, now: Job) -> Job:
    """Keep what was measured and predicted of a run; the rest too, unless clustered otherwise."""
    names = ("normalisation", "blocks", "kept")
    now = now.model_copy(update={name: getattr(before, name) for name in names})
    if before.clustering != now.clustering:
        stages = [path.name for path in store.root.iterdir() if path.is_dir()]
        kept = {MEASURE, PREDICT}
        store.forget(name for name in stages if name not in kept and not name.endswith(".zarr"))
        store.write_job(now)
    return now


def _begin(store: Store, job: Job, wanted: Wanted, earlier: dict[str, Any] | None) -> None:
    """Create the arrays of a run, and its job last; with the facts of one that was predicted."""
    store.remove()
    layout = Layout(wanted.selection, wanted.plan, job.chunk)
    card, channels = wanted.model.config, wanted.model.out_channels
    chunk = layout.file_chunk()
    about: dict[str, Any] = {
        "holds": OUTPUT,
        "method": card.method,
        "foreground": card.spec.foreground,
        "space": layout.selection.space,
        "model": card.name,
        "model_hash": job.model.hash,
        PREDICTED_FROM: prediction_digest(job),
    }
    with noticing(store.folder):
        store.root.mkdir()
        if earlier is not None:
            store.path(FACTS_OF_EARLIER).write_text(json.dumps(earlier), "utf-8")
        else:
            create_array_zarr(
                store.path(EMBEDDING),
                layout.donor(channels),
                np.dtype(job.stored),
                about,
                (channels, *chunk),
                fill=float("nan"),
            )
        int32 = np.dtype(np.int32)
        create_array_zarr(store.path(PIECES), layout.donor(), int32, chunk=chunk)
        create_labels_ome_zarr(store.path(LABELS), layout.donor(), int32, chunk)
        if job.model.in_folder:
            save_model(store.path(MODEL), card, wanted.model.network)
        sync_tree(store.root)
    store.write_job(job)
