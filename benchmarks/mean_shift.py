"""Mean shift against scikit-learn's, on embeddings as networks make them, in one interleaved run.

    python benchmarks/mean_shift.py [--pixels 300000] [--repeats 3] [--dims 2 3 8]

Both cluster the same pixels with the same bandwidth: ours by `mean_shift`, scikit-learn's by
``MeanShift(bin_seeding=True, n_jobs=-1)``. Compiling is not counted: it is done once and cached.
"""

import argparse
import os
import platform
from collections.abc import Callable
from time import perf_counter

import numpy as np
import sklearn
from scipy.ndimage import distance_transform_edt, gaussian_filter
from sklearn.cluster import MeanShift
from sklearn.metrics import adjusted_rand_score

from napari_shift_unet.embeddings import mean_shift

SPACING, RADIUS = 38, 12  # px between nuclei, and their mean radius
TYPES = 80  # nuclei that a periodic network embeds apart; the others look like one of them
BANDWIDTH = {"semi-convolutional": 6.0, "discriminative": 1.0}  # embedding units


def nuclei(pixels: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return labels of about as many foreground pixels, and the centres of the nuclei."""
    per_side = round((pixels / (np.pi * RADIUS**2 * 0.83)) ** 0.5)
    size = per_side * SPACING
    centres = np.indices((per_side, per_side)).reshape(2, -1).T * SPACING + SPACING // 2
    centres = centres + rng.integers(-2, 3, centres.shape)
    radii = RADIUS * rng.uniform(0.6, 1.2, len(centres))
    labels = np.zeros((size, size), np.int32)
    for number, ((y, x), radius) in enumerate(zip(centres, radii, strict=True), start=1):
        reach = int(radius) + 1
        box = tuple(slice(max(0, c - reach), c + reach + 1) for c in (y, x))
        yy, xx = np.ogrid[box]
        labels[box][(yy - y) ** 2 + (xx - x) ** 2 <= radius**2] = number
    return labels, centres.astype(float)


def embedded_pixels(method: str, dims: int, pixels: int, rng: np.random.Generator) -> np.ndarray:
    """Draw pixels around the embedding of their nucleus, less faithful towards its border.

    Semi-convolutional: the nucleus' centre in px and further channels of its own; pixels at the
    border lag behind towards their own position. Discriminative: one of some places 4 bandwidths
    apart; pixels at the border are drawn towards the background. The noise, 0.2 bandwidths a
    channel, is half smooth over the image and half of each pixel.
    """
    labels, centres = nuclei(pixels, rng)
    inside = np.nonzero(labels)
    nucleus = labels[inside] - 1
    bandwidth = BANDWIDTH[method]
    if method == "semi-convolutional":
        places = np.hstack([centres, rng.normal(0, 4, (len(centres), dims - 2))])
        drawn_to = places[nucleus]
        drawn_to[:, :2] = np.stack(inside, axis=1)
    else:
        places = apart(TYPES, dims, 4 * bandwidth, rng)[rng.integers(0, TYPES, len(centres))]
        drawn_to = rng.normal(0, bandwidth, dims)
    depth = distance_transform_edt(labels > 0)[inside]
    share = 0.45 * np.exp(1 - depth) * rng.random(len(depth))
    points = places[nucleus] + (drawn_to - places[nucleus]) * share[:, np.newaxis]
    for axis in points.T:
        smooth = gaussian_filter(rng.normal(size=labels.shape), 3)[inside]
        axis += 0.14 * bandwidth * (smooth / smooth.std() + rng.normal(size=len(axis)))
    return points.astype(np.float32)


def apart(count: int, dims: int, distance: float, rng: np.random.Generator) -> np.ndarray:
    """Draw places that are at least a distance apart, in a box that grows until they fit."""
    places: list[np.ndarray] = []
    side = distance
    while len(places) < count:
        place = rng.uniform(-side, side, dims)
        if all(np.linalg.norm(place - other) > distance for other in places):
            places.append(place)
        else:
            side *= 1.0005
    return np.array(places)


def timed(function: Callable[[], np.ndarray]) -> tuple[float, np.ndarray]:
    """Return wall seconds and the result."""
    began = perf_counter()
    result = function()
    return perf_counter() - began, result


def main() -> None:
    """Measure and print one line per number of dimensions."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pixels", type=int, default=300_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--dims", type=int, nargs="+", default=[2, 3, 8])
    arguments = parser.parse_args()
    print(f"{os.cpu_count()} cores, numpy {np.__version__}, scikit-learn {sklearn.__version__},")
    print(f"Python {platform.python_version()}, load {os.getloadavg()[0]:.1f} at the start")
    mean_shift(np.random.default_rng(0).normal(size=(500, 3)).astype(np.float32), 1.0)
    for dims in arguments.dims:
        method = "semi-convolutional" if dims <= 3 else "discriminative"
        rng = np.random.default_rng(dims)
        points, bandwidth = (
            embedded_pixels(method, dims, arguments.pixels, rng),
            BANDWIDTH[method],
        )
        reference = MeanShift(bandwidth=bandwidth, bin_seeding=True, n_jobs=-1)
        ours, theirs = [], []
        for _ in range(arguments.repeats):
            seconds, labels = timed(lambda p=points, b=bandwidth: mean_shift(p, b).labels)
            ours.append(seconds)
            seconds, wanted = timed(lambda p=points, r=reference: r.fit_predict(p))
            theirs.append(seconds)
        print(
            f"{method}, D = {dims}, {len(points):,} pixels, {labels.max() + 1} clusters: "
            f"{np.median(ours):.3f} s ({min(ours):.3f} to {max(ours):.3f}); "
            f"scikit-learn {np.median(theirs):.1f} s ({min(theirs):.1f} to {max(theirs):.1f}), "
            f"{wanted.max() + 1} clusters; {np.median(theirs) / np.median(ours):.0f} times faster, "
            f"ARI {adjusted_rand_score(wanted, labels):.4f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
