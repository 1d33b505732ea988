"""What is measured of a stitched view: groups, instances told apart, seams, splits at seams."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from jaxtyping import Int

from ..embeddings.components import split_components
from ..evaluation import average_precision, count_objects
from ..seams import audit
from .stitching import Stitched

Labels = Int[np.ndarray, "y x"]


@dataclass(frozen=True)
class Measures:
    """Numbers of one row; `instances` are those that lie wholly in the view."""

    instances: int
    clusters: int
    """Groups of pixels in the view, the background not counted."""
    told_apart: int
    """Different groups that the instances are in, each by most of its pixels."""
    ap_50: float
    """AP 0.5 of the groups against the truth, all parts of a group being one object."""
    parts_ap_50: float
    """AP 0.5 of the connected parts of the groups against the truth."""
    false_splits: int
    """Instances with two or more connected parts, after Caicedo et al. 2019."""
    false_splits_at_borders: int
    """Those of them that touch the border of a tile."""
    false_splits_at_lattice: int
    """Those of them that touch a line of the f^l grid."""
    seam_tile_y: int
    """Distance of the seams that the audit finds along y without being told, px; 0 for none."""
    seam_tile_x: int
    seam_offset_y: int
    """Position of the seams modulo their distance; 0 for none."""
    seam_offset_x: int
    repeats: int
    """Whether groups repeat with the period along both axes: 1 or 0."""

    @property
    def facts(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self)


def measure(view: Stitched) -> Measures:
    """Measure a view."""
    period, crop = view.plan.period[0], view.plan.crop[0]
    whole = _whole_instances(view.truth)
    majorities = {at: _majority(view.labels[view.truth == at]) for at in whole}
    clusters = len(np.unique(view.labels[view.labels > 0]))
    # An audit of one object is refused: a seam shows between two or more.
    tilings = audit(view.labels, axes="yx").tilings if clusters > 1 else (None, None)
    tiles = [tiling.tile if tiling else 0 for tiling in tilings]
    offsets = [tiling.offset if tiling else 0 for tiling in tilings]
    parts = split_components(view.labels)
    everywhere, at_borders = count_objects(parts, view.truth, _lines(view, crop))
    _, at_lattice = count_objects(parts, view.truth, _lines(view, period))
    return Measures(
        instances=len(whole),
        clusters=clusters,
        told_apart=len({group for group in majorities.values() if group > 0}),
        ap_50=round(average_precision(view.labels, view.truth), 4),
        parts_ap_50=round(everywhere.ap["0.5"], 4),
        false_splits=everywhere.false_splits,
        false_splits_at_borders=at_borders.false_splits if at_borders else 0,
        false_splits_at_lattice=at_lattice.false_splits if at_lattice else 0,
        seam_tile_y=tiles[0],
        seam_tile_x=tiles[1],
        seam_offset_y=offsets[0],
        seam_offset_x=offsets[1],
        repeats=int(_repeats(view.labels, period)),
    )


def _whole_instances(truth: Labels) -> list[int]:
    """Return the instances of which no pixel is at the edge; single pixels are always whole."""
    ids, sizes = np.unique(truth[truth > 0], return_counts=True)
    edge = (truth[0], truth[-1], truth[:, 0], truth[:, -1])
    if sizes.max(initial=0) > 1:
        ids = np.setdiff1d(ids, np.concatenate(edge))
    return [int(at) for at in ids]


def _majority(groups: Int[np.ndarray, " n"]) -> int:
    found, counts = np.unique(groups, return_counts=True)
    return int(found[counts.argmax()])


def _lines(view: Stitched, distance: int) -> tuple[range, range]:
    """Return the lines that are so far apart along both axes; one is at the edge."""
    lines = range(distance, len(view.labels), distance)
    return lines, lines


def _repeats(labels: Labels, period: int) -> bool:
    """Whether every pixel has the label of the one that is a period away."""
    if len(labels) <= period:
        return False
    along = np.array_equal(labels[period:], labels[:-period])
    return along and np.array_equal(labels[:, period:], labels[:, :-period])
