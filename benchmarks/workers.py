"""Worker processes of dask against one process that has as many threads."""

import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from shutil import rmtree

import torch
from harness import Row, Scale, faster, race

from napari_shift_unet.images import read_padded, sample_image, write_array_zarr
from napari_shift_unet.large import segment_large
from napari_shift_unet.large.distributed import DaskEngine, local_workers

WORKERS = 2
MEMORY = 2**29
"""Of each process, in bytes: there are then enough chunks to be shared out."""


def rows(scale: Scale) -> Iterator[Row]:
    """Measure a run from an OME-Zarr image to labels, both ways."""
    side = scale.pick(4096, 192)
    threads = torch.get_num_threads()
    torch.set_num_threads(WORKERS)
    try:
        with tempfile.TemporaryDirectory() as folder, local_workers(WORKERS, 1) as engine:
            yield _against_threads(side, Path(folder), engine, scale.rounds)
    finally:
        torch.set_num_threads(threads)


def _against_threads(side: int, folder: Path, engine: DaskEngine, rounds: int) -> Row:
    sample, _ = sample_image("u2os-nuclei")
    pixels = read_padded(sample.data, ((0, side), (0, side)))
    write_array_zarr(folder / "image.zarr", pixels, "yx", dtype=str(pixels.dtype))
    numbers = count()

    def run(engine: DaskEngine | None) -> int:
        target = folder / str(next(numbers))
        done = segment_large(folder / "image.zarr", target, memory=MEMORY, engine=engine)
        rmtree(target)
        return int(done.facts["objects"])

    def ours() -> object:
        return run(engine)

    def theirs() -> object:
        return run(None)

    note = f"{ours():,} objects, {theirs():,} on the other side"  # both compile and load
    named = f"{WORKERS} workers with 1 thread each, {side:,} x {side:,}, image file to labels"
    against = f"one process with {WORKERS} threads"
    return faster(named, against, 0.9, race(ours, theirs, rounds), note)
