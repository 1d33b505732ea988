"""How often seams are found, invented and repaired, on ground truth cut by random tilings.

    python benchmarks/seam_rates.py DATA [DATA ...] [--cuts 100] [--seed 0] [--smallest 64]

DATA is a folder with masks/*.tif, or a folder of label TIFFs. The uncut truth of every image is
searched too: what is found there is a false alarm. A tiling counts as recovered if tile and offset
are exactly right on every axis along which 30 objects or more cross a seam.
"""

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from napari_shift_unet.embeddings.components import split_components
from napari_shift_unet.images import read_tiff
from napari_shift_unet.seams import (
    AxisTiling,
    Restoration,
    audit,
    cut_labels,
    judge_repair,
    repair,
)

MANY = 30  # objects that cross a seam, from which a tiling should be recovered
TRIES = 40  # cuts to be drawn for each axis with so many, before giving up
HOW = ({}, {"overlap": 8}, {"gap": (1, 1)}, {"smallest": 20})


def read_truth(folder: Path, every: int = 1) -> list[np.ndarray]:
    """Read the label images of a folder, or some, that hold two objects or more."""
    masks = folder / "masks" if (folder / "masks").is_dir() else folder
    images = [
        np.asarray(read_tiff(path).data[...]) for path in sorted(masks.glob("*.tif"))[::every]
    ]
    return [image for image in images if len(np.unique(image)) > 2]


def random_tilings(
    shape: tuple[int, ...], smallest: int, rng: np.random.Generator
) -> list[AxisTiling]:
    """Draw a tiling per axis: half at the edge, 4 in 10 with the last tile moved back."""
    tilings = []
    for length in shape:
        least = min(smallest, length // 3)
        tile = int(rng.integers(least, max(length // 2, least + 1)))
        offset = 0 if rng.random() < 0.5 else int(rng.integers(tile))
        moved = bool(rng.random() < 0.4 and (length - offset) % tile)
        tilings.append(AxisTiling(tile, offset, moved))
    return tilings


def crossing(parts: np.ndarray, axis: int, tiling: AxisTiling) -> int:
    """Count the objects that cross the seams of an axis."""
    along = np.moveaxis(parts, axis, 0)
    return sum(
        len(np.unique(along[x][(along[x] == along[x - 1]) & (along[x] > 0)]))
        for x in tiling.seams(len(along))
    )


def count_alarms(truth: Iterable[np.ndarray]) -> int:
    """Count the uncut images with p <= 0.05 on any axis."""
    return sum(any(p is not None and p <= 0.05 for p in audit(image).p_value) for image in truth)


def recover(
    truth: list[np.ndarray], axes: int, smallest: int, rng: np.random.Generator
) -> tuple[int, int]:
    """Return how many axes with enough objects were searched, and how many tilings were found."""
    tested = recovered = 0
    for _ in range(TRIES * axes):
        image = truth[rng.integers(len(truth))]
        tilings = random_tilings(image.shape, smallest, rng)
        parts = split_components(image)
        counted = [at for at, t in enumerate(tilings) if crossing(parts, at, t) >= MANY]
        if counted:
            found = audit(cut_labels(image, tilings, **HOW[rng.integers(len(HOW))])).tilings
            tested += len(counted)
            recovered += sum(_same(found[at], tilings[at]) for at in counted)
        if tested >= axes:
            break
    return tested, recovered


def restore(
    truth: list[np.ndarray],
    cuts: int,
    smallest: int,
    rng: np.random.Generator,
    how: Sequence[dict] = HOW,
) -> Restoration:
    """Cut images, repair them with the tiling known, and add up what became of the objects."""
    total = np.zeros(4, int)
    for _ in range(cuts):
        image = truth[rng.integers(len(truth))]
        tilings = random_tilings(image.shape, smallest, rng)
        cut = cut_labels(image, tilings, **how[rng.integers(len(how))])
        if len(np.unique(cut)) > 2:
            sizes, offsets = [t.tile for t in tilings], [t.offset for t in tilings]
            repaired = repair(audit(cut, tile=sizes, offset=offsets)).labels
            total += list(vars(judge_repair(image, cut, repaired)).values())
    return Restoration(*total.tolist())


def _same(found: AxisTiling | None, known: AxisTiling) -> bool:
    return found is not None and (found.tile, found.offset) == (known.tile, known.offset)


def main() -> None:
    """Measure every folder that is named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("--cuts", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--smallest", type=int, default=64, help="smallest tile, px")
    options = parser.parse_args()
    for folder in options.data:
        rng = np.random.default_rng(options.seed)
        print(folder.name)
        truth = read_truth(folder)
        print(f"  false alarms: {count_alarms(truth)} of {len(truth)} uncut images", flush=True)
        tested, recovered = recover(truth, options.cuts, options.smallest, rng)
        print(f"  recovered: {recovered} of {tested} axes", flush=True)
        for name, how in (("clean cuts", HOW[:1]), ("all cuts", HOW)):
            found = restore(truth, options.cuts, options.smallest, rng, how)
            print(
                f"  {name}: {found.restored} of {found.cut} cut objects restored, "
                f"{found.spoiled} of {found.others} others wrongly merged",
                flush=True,
            )


if __name__ == "__main__":
    main()
