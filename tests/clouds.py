"""Embedded pixels as a network makes them, for the tests of clustering."""

import numpy as np


def clouds(rng, clusters, per_cluster, dims, spread, distance=4.0, strays=0.0):
    """Draw points around centres that are `distance` apart or more; some lie between two of them.

    `spread` is the standard deviation of a cluster along each axis.
    """
    centres = [np.zeros(dims)]
    reach = distance
    while len(centres) < clusters:
        candidate = rng.uniform(-reach, reach, dims)
        if min(np.linalg.norm(candidate - centre) for centre in centres) > distance:
            centres.append(candidate)
        reach *= 1.02
    centres = np.array(centres)
    truth = np.repeat(np.arange(clusters), per_cluster)
    mix = np.where(rng.random(len(truth)) < strays, rng.random(len(truth)), 0)[:, None]
    other = centres[rng.integers(0, clusters, len(truth))]
    points = (1 - mix) * centres[truth] + mix * other
    points += rng.normal(0, spread, points.shape)
    return points.astype(np.float32), truth
