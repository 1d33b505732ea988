"""Mean shift against scikit-learn's, the paper's and HDBSCAN, on pixels that a network embedded."""

from collections.abc import Iterator
from time import perf_counter

import numpy as np
import torch
from harness import Row, Scale, faster, race
from scene import Scene
from sklearn.cluster import HDBSCAN, MeanShift
from sklearn.metrics import adjusted_rand_score

from napari_shift_unet.embeddings import mean_shift

SEEDS, STEPS, STILL = 1000, 1000, 1e-4  # of the paper; the last in embedding units
AT_ONCE = 100
"""Seeds whose distances to all pixels are in memory together."""
PATIENCE = 30.0
"""Seconds after which the paper's is stopped: it is then at least that many times slower."""


def rows(scale: Scale) -> Iterator[Row]:
    """Cluster the foreground of one image with all three."""
    points, bandwidth = embedded_pixels(scale.pick(1152, 256))
    name = f"mean shift, {len(points):,} foreground pixels"
    labels: dict[str, np.ndarray] = {}

    def ours() -> None:
        labels["ours"] = mean_shift(points, bandwidth).labels

    def theirs() -> None:
        peer = MeanShift(bandwidth=bandwidth, bin_seeding=True, n_jobs=-1)
        labels["theirs"] = peer.fit_predict(points)

    # Compiling and the start of scikit-learn's processes do not count.
    for kernel in ("flat", "gaussian"):
        mean_shift(points[:500], bandwidth, kernel)
    MeanShift(bandwidth=bandwidth, bin_seeding=True, n_jobs=-1).fit(points[:500])
    against = "scikit-learn, bin seeding, all cores"
    found = race(ours, theirs, scale.rounds)
    yield faster(name, against, 100, found)
    same = adjusted_rand_score(labels["theirs"], labels["ours"])
    clusters = [f"{labels[side].max() + 1:,}" for side in ("ours", "theirs")]
    note = f"{clusters[0]} against {clusters[1]} clusters"
    yield Row(f"{name}: ARI", against, same, "at least", 0.99, note=note, unit="")
    yield against_the_paper(name, points, bandwidth, scale)
    yield against_hdbscan(points, bandwidth, scale)


def embedded_pixels(side: int) -> tuple[np.ndarray, float]:
    """Return the foreground pixels, `(n, d)`, and the bandwidth that the network is used with."""
    embedded = Scene(side, "nuclei-2d-semi-convolutional").embed()
    clustering = embedded.default_clustering
    assert embedded.foreground is not None
    inside = embedded.foreground > clustering.foreground_threshold
    return np.ascontiguousarray(embedded.embedding[:, inside].T), clustering.bandwidth


def against_the_paper(name: str, points: np.ndarray, bandwidth: float, scale: Scale) -> Row:
    """Measure the Gaussian kernel, which is the paper's, on both sides."""
    steps = []
    limit = 2.0 if scale.quick else PATIENCE

    def theirs() -> None:
        steps.append(paper_mean_shift(points, bandwidth, limit))

    found = race(lambda: mean_shift(points, bandwidth, "gaussian"), theirs, scale.rounds)
    note = f"1,000 seeds against all pixels, {min(steps)} steps"
    if max(found.theirs) > limit:
        note += f", stopped after {limit:.0f} s: at least so many times"
    return faster(name, "the paper's", 20, found, note)


def against_hdbscan(points: np.ndarray, bandwidth: float, scale: Scale) -> Row:
    """Measure on some of the pixels, for the time of HDBSCAN grows with their square."""
    some = np.random.default_rng(0).choice(points, scale.pick(30_000, 1_000), replace=False)
    peer = HDBSCAN(min_cluster_size=20, n_jobs=-1, copy=True)

    def ours() -> object:
        return mean_shift(some, bandwidth)

    def theirs() -> object:
        return peer.fit_predict(some)

    ours()  # compiles what few points need
    found = race(ours, theirs, scale.rounds)
    return faster(f"mean shift, {len(some):,} foreground pixels", "scikit-learn, HDBSCAN", 1, found)


@torch.no_grad()
def paper_mean_shift(points: np.ndarray, bandwidth: float, limit: float) -> int:
    """Cluster as [R] does for its figures, and return the steps taken.

    1,000 random pixels climb among all of them by the kernel exp(-r^2 / b), b being twice the
    square of our bandwidth. Seeds that stand still are left out of the next step. Modes are rounded
    to one decimal and made unique; every pixel belongs to the nearest.
    """
    began = perf_counter()
    pixels = torch.from_numpy(points)
    chosen = torch.randperm(len(pixels), generator=torch.Generator().manual_seed(0))[:SEEDS]
    seeds, moving, step = pixels[chosen].clone(), torch.arange(min(SEEDS, len(pixels))), 0
    while len(moving) and step < STEPS:
        still = []
        for part in moving.split(AT_ONCE):
            weights = torch.cdist(seeds[part], pixels).square_().div_(-2 * bandwidth**2).exp_()
            moved = (weights @ pixels) / weights.sum(1, keepdim=True)
            still.append((moved - seeds[part]).norm(dim=1) <= STILL)
            seeds[part] = moved
            if perf_counter() - began > limit:
                return step
        moving, step = moving[~torch.cat(still)], step + 1
    modes = seeds.mul(10).round().div(10).unique(dim=0)
    for part in pixels.split(10_000):
        torch.cdist(part, modes).argmin(1)
    return step
