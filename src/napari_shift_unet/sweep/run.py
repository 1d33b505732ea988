"""The sweep: every image at every window, one after the other, to be gone on with at any time."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..embeddings import ClusterConfig, clustering_of, describe
from ..errors import DeviceError, InputError
from ..evaluation import count_objects
from ..images import file_stem, read_image
from ..networks import Model, load_model
from ..prediction import PredictionEvent
from ..results import check_directory, make_directory
from ..segmentation import SegmentConfig, embed_image
from ..settings import read_json
from ..training.folder import IMAGES
from .config import SweepConfig
from .curve import FACTS, Sweep, write_curve, write_facts
from .data import image_names, read_truth
from .picture import write_picture
from .table import Measurement, append_row, read_table, write_table


@dataclass(frozen=True, slots=True)
class Measured:
    """One image at one window."""

    row: Measurement
    done: int
    """Measurements there are, those of earlier runs included."""
    total: int


SweepEvent = PredictionEvent | Measured


def sweep_events(
    data: Path,
    model: str | Path | Model,
    output: Path,
    config: SweepConfig,
    clustering: Mapping[str, Any] | None = None,
) -> Generator[SweepEvent, None, Sweep]:
    """Stitch images from uncropped output windows of each size, and count what is wrong.

    A window that the network cannot return is cut out of the next larger one. Each measurement is
    written at once, and a sweep that was stopped goes on from there; one of other windows adds to
    it.

    Parameters
    ----------
    data
        Folder with images/, masks/ and, if any, split.json, as `training.read_folder` describes it.
    model
        Name of a bundled model, path of a model file, or a `Model`.
    output
        Folder for images.csv (one row per window and image), sweep.csv (means over images),
        sweep.json and sweep.png; it is made if it is not there.
    config
        Windows, and which images.
    clustering
        Settings of `ClusterConfig` in place of the model's own.

    Raises
    ------
    InputError
        If the data cannot be used, or the folder holds a sweep of something else.
    DeviceError
        If memory runs out at a window.
    OutputError
        If the folder cannot be written to.
    """
    loaded = load_model(model)
    how = clustering_of(loaded.config, **(clustering or {}))
    names = image_names(data, config)
    check_directory(output)
    settings = _settings(data, loaded, how, config)
    _check_same(output, settings)
    make_directory(output)
    known = {(row.window, row.image): row for row in read_table(output)}
    write_table(output, known.values())
    write_facts(output, settings)
    todo = [
        (w, name) for w in config.windows for name in names if (w, file_stem(name)) not in known
    ]
    total = len(known) + len(todo)
    for window, name in todo:
        row = yield from _measure(data, name, loaded, how, window, config)
        append_row(output, row)
        known[window, row.image] = row
        if name == names[-1]:
            write_curve(output, _whole(settings, loaded, known, names).points)
        yield Measured(row, len(known), total)
    found = _whole(settings, loaded, known, names)
    write_curve(output, found.points)
    write_picture(output, found)
    write_facts(output, found.facts)
    return found


def _measure(
    data: Path, name: str, model: Model, how: ClusterConfig, window: int, config: SweepConfig
) -> Generator[PredictionEvent, None, Measurement]:
    """Segment an image at a window and score it."""
    wanted = SegmentConfig(
        tile=window, crop="none", device=config.device, precision=config.precision
    )
    embedded = yield from embed_image(read_image(data / IMAGES / name), model, wanted)
    plan = embedded.prediction.plan
    if set(plan.crop) != {window}:
        raise DeviceError(
            f"memory ran out at an output window of {window} px; sweep smaller windows."
        )
    labels = embedded.label(how)
    seams = [()] * (labels.ndim - len(plan.seams)) + list(plan.seams)
    everywhere, there = count_objects(labels, read_truth(data, name, labels.shape), seams)
    return Measurement(
        window=window,
        image=file_stem(name),
        objects=everywhere.objects,
        found=everywhere.found,
        false_splits=everywhere.false_splits,
        false_splits_at_seams=there.false_splits if there else 0,
        false_merges=everywhere.false_merges,
        distant_false_merges=everywhere.distant_false_merges,
        ap=everywhere.ap["0.5"],
    )


def _settings(data: Path, model: Model, how: ClusterConfig, config: SweepConfig) -> dict[str, Any]:
    """Return what must be the same for all measurements of a folder."""
    return {
        "model": {"name": model.config.name, "method": model.config.method},
        "model_hash": model.hash,
        "clustering": describe(how, model.config),
        "data": data.resolve().name,
        "split": config.split,
        "shape": list(config.shape) if config.shape else None,
        "precision": config.precision,
    }


def _check_same(output: Path, settings: dict[str, Any]) -> None:
    """Refuse a folder with a sweep of something else."""
    path = output / FACTS
    if not path.exists():
        return
    try:
        before = read_json(path)
        other = [name for name in settings if before.get(name) != settings[name]]
    except (OSError, ValueError, AttributeError) as error:
        raise InputError(
            f"{path} cannot be read ({error}). Choose another folder, or delete it."
        ) from error
    if other:
        raise InputError(
            f"{output} holds a sweep with another {other[0].replace('_', ' ')} "
            f"({before.get(other[0])}, now {settings[other[0]]}). Choose another folder."
        )


def _whole(
    settings: dict[str, Any],
    model: Model,
    known: Mapping[tuple[int, str], Measurement],
    names: Sequence[str],
) -> Sweep:
    """Return the sweep at the windows that all images went through."""
    stems = {file_stem(name) for name in names}
    windows = sorted({window for window, _ in known})
    whole = [window for window in windows if all((window, stem) in known for stem in stems)]
    rows = tuple(known[window, stem] for window in whole for stem in sorted(stems))
    return Sweep(settings, tuple(model.footprint.period), rows)
