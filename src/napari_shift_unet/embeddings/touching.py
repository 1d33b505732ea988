"""Pixels that touch, in a list of some pixels of an image, as loops compiled by numba.

All take the places of the listed pixels in the flattened image, ascending, and its shape.
"""

import numpy as np

from .neighbours import compiled


@compiled
def connect(
    places: np.ndarray, clusters: np.ndarray, shape: np.ndarray, numbers: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Count off the connected parts of every cluster in raster order of their first pixels, from 1.

    Pixels that touch with a face, an edge or a corner are connected.

    Parameters
    ----------
    places : int64 array, (n,)
    clusters : int32 array, (n,)
        Cluster of each pixel; below 0 for one that belongs to none.
    shape : int64 array, (axes,)
    numbers : int32 array, (pixels of the image,)
        Zeros; gets a code of the part of each pixel.

    Returns
    -------
    parts : int32 array, (codes,)
        Number of the part that each code stands for; 0 for the code 0.
    sizes : int64 array, (parts + 1,)
        Pixels of each part.
    """
    n, width = places.shape[0], shape[-1]
    parents, owners = np.zeros(n + 1, np.int32), np.empty(n + 1, np.int32)
    owners[0] = -1
    back, rows, count, stop = np.empty(3 ** (shape.shape[0] - 1) // 2, np.int64), 0, 0, 0
    for i in range(n):
        place, cluster, own = places[i], clusters[i], np.int32(0)
        if cluster < 0:
            continue
        if place >= stop:
            row = place // width
            stop = (row + 1) * width
            rows = _rows_before(row, shape, back)
        before, after = place > stop - width, place < stop - 1
        if before and owners[numbers[place - 1]] == cluster:
            own = numbers[place - 1]
        for k in range(rows):
            at = place - back[k]
            if owners[numbers[at]] == cluster:  # what touches both has met it already
                if numbers[at] != own:
                    own = _join(parents, own, numbers[at])
                continue
            if before and owners[numbers[at - 1]] == cluster and numbers[at - 1] != own:
                own = _join(parents, own, numbers[at - 1])
            if after and owners[numbers[at + 1]] == cluster and numbers[at + 1] != own:
                own = _join(parents, own, numbers[at + 1])
        if own == 0:
            count += 1
            own = np.int32(count)
            parents[own], owners[own] = own, cluster
        numbers[place] = own
    return _number(places, clusters, numbers, parents[: count + 1])


@compiled
def _rows_before(row: int, shape: np.ndarray, back: np.ndarray) -> int:
    """Write how far before a row those begin that touch it and come earlier; return how many."""
    count, last = 0, shape.shape[0] - 1
    for neighbour in range(3**last // 2):
        distance, stride, code, rest, inside = np.int64(0), shape[last], neighbour, row, True
        for axis in range(last - 1, -1, -1):
            step, at = code % 3 - 1, rest % shape[axis]
            inside = inside and 0 <= at + step < shape[axis]
            distance -= step * stride
            stride *= shape[axis]
            code //= 3
            rest //= shape[axis]
        if inside:
            back[count] = distance
            count += 1
    return count


@compiled
def _join(parents: np.ndarray, own: np.int32, other: np.int32) -> np.int32:
    """Return the code of a pixel's part, 0 if it has none yet, joined to that of a neighbour."""
    while parents[other] != other:
        parents[other] = parents[parents[other]]
        other = parents[other]
    if own == 0:
        return other
    while parents[own] != own:
        parents[own] = parents[parents[own]]
        own = parents[own]
    lower, higher = min(own, other), max(own, other)
    parents[higher] = lower
    return lower


@compiled
def _number(
    places: np.ndarray, clusters: np.ndarray, numbers: np.ndarray, parents: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Turn what codes are joined to into numbers, and count."""
    count = 0
    for code in range(1, parents.shape[0]):
        if parents[code] == code:  # the first pixel of a part has its lowest code
            count += 1
            parents[code] = count
        else:
            parents[code] = parents[parents[code]]
    sizes = np.zeros(count + 1, np.int64)
    for i in range(places.shape[0]):
        if clusters[i] >= 0:
            sizes[parents[numbers[places[i]]]] += 1
    return parents, sizes


@compiled
def gather(
    places: np.ndarray, clusters: np.ndarray, numbers: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Count off the clusters in raster order of their first pixels, from 1.

    Parameters
    ----------
    places, clusters, numbers
        As in `connect`; `numbers` gets the number of each pixel.

    Returns
    -------
    names : int64 array, (k + 1,)
        One more than the cluster that has each number; 0 for the number 0.
    sizes : int64 array, (k + 1,)
        Pixels of each.
    """
    most = np.int64(-1)
    for i in range(places.shape[0]):
        most = max(most, np.int64(clusters[i]))
    known, count = np.zeros(most + 1, np.int32), 0
    names, sizes = np.zeros(most + 2, np.int64), np.zeros(most + 2, np.int64)
    for i in range(places.shape[0]):
        cluster = clusters[i]
        if cluster < 0:
            continue
        if known[cluster] == 0:
            count += 1
            known[cluster], names[count] = count, cluster + 1
        numbers[places[i]] = known[cluster]
        sizes[known[cluster]] += 1
    return names[: count + 1], sizes[: count + 1]


@compiled
def paint(places: np.ndarray, table: np.ndarray, numbers: np.ndarray) -> None:
    """Replace codes by what a table has for each; that of the code 0 is 0."""
    for i in range(places.shape[0]):
        numbers[places[i]] = table[numbers[places[i]]]


@compiled
def shared_by_small(
    places: np.ndarray,
    shape: np.ndarray,
    numbers: np.ndarray,
    small: np.ndarray,
    pairs: np.ndarray,
) -> int:
    """Write each face that a small part shares with another, as the numbers of both.

    Parameters
    ----------
    places : int64 array, (n,)
    shape : int64 array, (axes,)
    numbers : int32 array, (pixels of the image,)
        Part of each pixel, 0 for none.
    small : bool array, (parts + 1,)
    pairs : int64 array, (k, 2)
        Gets the first faces.

    Returns
    -------
    int
        Number of faces there are.
    """
    count = 0
    for i in range(places.shape[0]):
        here = numbers[places[i]]
        if not small[here]:
            continue
        stride = np.int64(1)
        for axis in range(shape.shape[0] - 1, -1, -1):
            at = places[i] // stride % shape[axis]
            for step in (-1, 1):
                if not 0 <= at + step < shape[axis]:
                    continue
                there = numbers[places[i] + step * stride]
                # A face between two small ones is met from both sides.
                if there == 0 or there == here or (small[there] and step < 0):
                    continue
                if count < pairs.shape[0]:
                    pairs[count, 0], pairs[count, 1] = here, there
                count += 1
            stride *= shape[axis]
    return count
