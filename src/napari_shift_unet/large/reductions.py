"""What is put together of all units of a plane, in raster order, in one process."""

from collections.abc import Iterator

import numpy as np

from ..embeddings.chunked import Arrays, Assembly, ChunkPieces, Pass
from ..embeddings.objects import tabulate
from ..embeddings.sums import ObjectSums
from ..errors import InputError
from ..images.lasting import sync_file
from .opened import Opened
from .store import noticing
from .tasks import CUT, OWN, WHOLE

MOST_LABELS = np.iinfo(np.int32).max
ASSEMBLED = "assembled"


def gather(run: Opened, stage: Pass, plane: int) -> None:
    """Find out what a pass of the grouping is for, and keep it for the units of a plane."""
    whole = f"{WHOLE}-{stage.name}"
    if run.store.has(whole, plane):
        return
    units = run.layout.units_of(plane)
    found = stage.gather(_told(run, stage.name, plane), run.layout.grid)
    if found.own is not None:
        for unit, arrays in zip(units, found.own, strict=True):
            run.store.write(f"{OWN}-{stage.name}", unit, arrays, lasting=False)
        run.store.sync(f"{OWN}-{stage.name}", units)
    run.store.write(whole, plane, found.whole)


def assemble(run: Opened, plane: int, highest: int) -> int:
    """Join the pieces of a plane to objects, label and measure them.

    Parameters
    ----------
    run
        Of which all units are cut.
    plane
        Number of the plane.
    highest
        Label in the planes before.

    Returns
    -------
    int
        The highest label now.

    Raises
    ------
    InputError
        If there are more objects than int32 can number.
    """
    if run.store.has(ASSEMBLED, plane):
        return int(run.store.read(ASSEMBLED, plane)["highest"])
    config, card = run.job.clustering, run.model.config
    assembly, sums, units = Assembly(), list[Arrays](), run.layout.units_of(plane)
    for chunk, arrays in zip(run.layout.grid, _told(run, CUT, plane), strict=True):
        assembly.add(chunk, ChunkPieces.from_arrays(arrays))
        sums.append({name: value for name, value in arrays.items() if name in _SUMS})
    without_largest = config.largest_is_background and not card.spec.foreground
    labels = assembly.labels(config.split_components, config.min_size, without_largest)
    count = int(labels.max(initial=0))
    if highest + count > MOST_LABELS:
        raise InputError(
            f"There are more than {MOST_LABELS} objects, which labels cannot number. "
            "Segment the image in parts."
        )
    labels[labels > 0] += highest
    for unit, chunk in zip(units, run.layout.grid, strict=True):
        own = {"labels": labels[assembly.place(chunk)]}
        run.store.write(f"{OWN}-labels", unit, own, lasting=False)
    run.store.sync(f"{OWN}-labels", units)
    _write_table(run, plane, ObjectSums.concatenated(sums).merged(labels))
    run.store.write(ASSEMBLED, plane, {"highest": np.array(highest + count)})
    return highest + count


def table_part(plane: int) -> tuple[str, str]:
    """Return where the rows of a plane are kept."""
    return "tables", f"{plane:09d}.csv"


_SUMS = frozenset(ObjectSums.__dataclass_fields__)


def _write_table(run: Opened, plane: int, sums: ObjectSums) -> None:
    image, axes = run.selection.image, run.selection.axes
    table = tabulate(sums, axes, image.scale_along(axes), image.units_along(axes))
    path = run.store.path(*table_part(plane))
    with noticing(run.store.folder):
        path.parent.mkdir(exist_ok=True)
        table.to_csv(path, index=False, header=plane == 0, encoding="utf-8", lineterminator="\n")
        sync_file(path)


def _told(run: Opened, stage: str, plane: int) -> Iterator[Arrays]:
    """Read what the units of a plane have told, in raster order."""
    for unit in run.layout.units_of(plane):
        arrays = run.store.read(stage, unit)
        del arrays["seconds"]
        yield arrays
