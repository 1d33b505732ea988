"""Intensities of the whole image as a stage: units read parts of it, and their tallies are joined.

These units are not those of `Layout`: they follow the chunks in which the image is stored.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from math import prod
from pathlib import Path
from time import perf_counter

import numpy as np

from ..embeddings.chunked import Arrays
from ..errors import InputError
from ..images import read_block
from ..images.arrays import Box, boxes
from ..images.checking import Findings
from ..images.intensity import range_of
from ..images.tallies import Tally
from .job import Job
from .opened import Opened, open_run
from .tasks import mark

MEASURE = "intensities"
UNIT_PIXELS = 2**26
"""Pixels of a unit, unless a block that is read at once has more."""


@dataclass(frozen=True)
class Parts:
    """Parts of the channels that the network sees, channel after channel, as units.

    Attributes
    ----------
    shape
        Of a channel with all its planes, in px.
    block
        What is read at once, in px per axis.
    channels
        Number of channels.
    """

    shape: tuple[int, ...]
    block: tuple[int, ...]
    channels: int

    @classmethod
    def of(cls, run: Opened) -> "Parts":
        """Return the parts of the image of a run."""
        channels = len(run.selection.channels)
        return cls(tuple(run.selection.channel(0).shape), run.job.blocks, channels)

    @property
    def each(self) -> int:
        """Blocks of a unit."""
        return max(1, UNIT_PIXELS // prod(self.block))

    @property
    def per_channel(self) -> int:
        """Units of a channel."""
        counts = (-(-n // length) for n, length in zip(self.shape, self.block, strict=True))
        return -(-prod(counts) // self.each)

    def __len__(self) -> int:
        """Return the number of units."""
        return self.channels * self.per_channel

    def units_of(self, channel: int) -> range:
        """Return the numbers of the units of a channel."""
        return range(channel * self.per_channel, (channel + 1) * self.per_channel)

    def boxes(self, unit: int) -> Iterator[Box]:
        """Yield the blocks of a unit, in raster order."""
        first = unit % self.per_channel * self.each
        return boxes(self.shape, self.block, slice(first, first + self.each))


def measure(folder: Path, index: int) -> None:
    """Look at the pixels of a part of a channel, and tally them; a unit of work.

    Raises
    ------
    InputError, OutputError
        If the image cannot be read, or the tally not be written.
    """
    run, began = open_run(folder), perf_counter()
    parts = Parts.of(run)
    channel = run.selection.channel(index // parts.per_channel)
    findings, tallies = [], []
    for box in parts.boxes(index):
        values = read_block(channel, box)
        findings.append(Findings.of(values, [side.start for side in box]))
        tallies.append(Tally.of(values, box, parts.shape))
    run.check_source()
    found, tally = Findings.together(findings), Tally.together(tallies)
    seen = {"ends": found.ends, "bad": found.bad, "first": np.array(found.first, np.int64)}
    mark(run, MEASURE, index, began, **seen, **tally.to_arrays())


def settle(run: Opened) -> Job:
    """Put together what all units have told, and keep the range of each channel in the job.

    Raises
    ------
    InputError
        For pixels that no segmentation can be made of, as in a small run.
    """
    parts, percentiles = Parts.of(run), run.model.config.percentiles
    for channel in range(parts.channels):
        found = Findings.together(_findings(told) for told in _told(run, parts, channel))
        found.check(run.image.name)
    ranges = []
    for channel in range(parts.channels):
        tally = Tally.together(Tally.from_arrays(told) for told in _told(run, parts, channel))
        found_range = range_of(tally, *percentiles)
        ranges.append((found_range.low, found_range.high))
    job = run.job.model_copy(update={"normalisation": tuple(ranges)})
    run.store.write_job(job)
    return job


@contextmanager
def useless_removed(run: Opened, *, and_folder: bool) -> Iterator[None]:
    """Remove a run whose image cannot be used, or could not be read at all, before the error.

    Parameters
    ----------
    run
        That is being measured.
    and_folder
        Whether to remove the folder of the results too, if nothing else is in it.
    """
    try:
        yield
    except InputError:
        left = run.store.left(MEASURE, len(Parts.of(run)))
        if 0 < len(left) < len(Parts.of(run)):
            raise
        run.store.remove()
        if and_folder:
            with suppress(OSError):
                run.store.folder.rmdir()
        raise


def _told(run: Opened, parts: Parts, channel: int) -> Iterator[Arrays]:
    return (run.store.read(MEASURE, unit) for unit in parts.units_of(channel))


def _findings(told: Arrays) -> Findings:
    return Findings(told["ends"], int(told["bad"]), tuple(told["first"].tolist()))
