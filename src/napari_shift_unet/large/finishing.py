"""The end of a run: its check, its facts, and results that appear only when they are whole."""

import json
import shutil
from collections.abc import Generator
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from ..embeddings import describe
from ..errors import InputError
from ..images.atomic import move_onto
from ..images.lasting import sync_files, sync_folder
from ..prediction import Checked, Prediction
from ..results.contents import FACTS, OBJECTS
from ..results.contents import LABELS as LABELS_OF
from ..segmentation import EmbeddedImage
from ..segmentation.certifying import check_events
from ..segmentation.facts import current_versions, gather_facts
from ..settings import read_json
from .earlier import FACTS_OF_EARLIER
from .opened import EMBEDDING, LABELS, Opened
from .output import SeenOutput
from .reductions import table_part
from .store import FINISHED, Store, noticing
from .tasks import CUT, PREDICT, RELABEL, WINDOW


@dataclass(frozen=True)
class LargeRun:
    """A folder of results."""

    folder: Path
    facts: dict[str, Any]
    """The content of run.json."""
    written: tuple[Path, ...]


def finish(run: Opened, objects: int) -> Generator[Checked, None, None]:
    """Check a run where its tiles meet, and write its table and facts beside its arrays.

    What was predicted by an earlier run was checked then.
    """
    store = run.store
    stages = (*(p.name for p in run.grouping.passes), CUT, RELABEL)
    after = sum(map(store.seconds, stages))
    if run.job.kept:
        facts = _renewed(run, objects, after)
    else:
        facts = yield from _checked(run, objects, after)
    with noticing(store.folder):
        store.path(FACTS).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
        with store.path(OBJECTS).open("wb") as table:
            for plane in range(run.layout.planes):
                with store.path(*table_part(plane)).open("rb") as part:
                    shutil.copyfileobj(part, table)
        sync_files([store.path(FACTS), store.path(OBJECTS)])
    store.write(*FINISHED, {}, lasting=False)
    store.sync(FINISHED[0], [FINISHED[1]])


def move_results(store: Store) -> LargeRun:
    """Put the results into their folder, run.json last, and remove what was unfinished.

    After a kill in the middle the rest is moved when this is called again.
    """
    folder = store.folder
    names = (EMBEDDING, OBJECTS, LABELS, FACTS)
    with noticing(folder):
        if store.path(LABELS).exists():
            (folder / FACTS).unlink(missing_ok=True)
        for name in names:
            if store.path(name).exists():
                move_onto(store.path(name), folder / name)
        earlier = folder / LABELS_OF["tiff"]
        if earlier.is_file():
            earlier.unlink()
    try:
        facts = read_json(folder / FACTS)
    except (OSError, ValueError) as error:
        raise InputError(f"{folder / FACTS} cannot be read ({error}).") from error
    with noticing(folder):
        sync_folder(folder)
    store.remove()
    return LargeRun(folder, facts, tuple(folder / name for name in names))


def _checked(run: Opened, objects: int, after: float) -> Generator[Checked, None, dict[str, Any]]:
    """Predict windows again, and gather the facts of the run; `after` are seconds."""
    store = run.store
    embedded, seen = _embedded(run, store.seconds(PREDICT)), SeenOutput(run)
    certificate = yield from check_events(embedded, seen.window, seen.extremes)
    how = {
        "clustering": describe(run.job.clustering, run.model.config),
        "stored": run.job.stored,
        "chunk": list(run.job.chunk),
        "units": len(run.layout),
    }
    windows = [tuple(window.tolist()) for window in store.all_of(PREDICT, WINDOW)]
    if windows:
        how["memory_ran_out"] = {"chunks": len(windows), "tile": list(min(windows, key=prod))}
    return gather_facts(replace(embedded, certificate=certificate), how, objects, after)


def _renewed(run: Opened, objects: int, after: float) -> dict[str, Any]:
    """Return the facts of a finished run whose prediction was clustered anew."""
    path = run.store.path(FACTS_OF_EARLIER)
    try:
        facts: dict[str, Any] = read_json(path)
        seconds = facts["seconds_of"]
        total = round(seconds["prediction"] + after, 3)
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise InputError(f"{path} cannot be read. Begin anew, without resuming.") from error
    return facts | {
        "clustering": describe(run.job.clustering, run.model.config),
        "objects": objects,
        "seconds": total,
        "seconds_of": seconds | {"clustering": round(after, 3)},
        "versions": current_versions(),
    }


def _embedded(run: Opened, seconds: float) -> EmbeddedImage:
    """Return what the facts of a run want to know; its output is not in memory, and NaN here."""
    shape = (run.model.out_channels, *run.selection.shape)
    nothing = np.broadcast_to(np.float32(np.nan), shape)
    tiles = len(run.plan) * run.layout.planes
    prediction = Prediction(nothing, run.plan, run.job.device, run.job.precision, seconds, tiles)
    return EmbeddedImage(run.selection, run.model, prediction, run.normalisations)
