"""Synthetic images with their true instances, drawn at any place."""

import numpy as np
from jaxtyping import Float, Int
from scipy.ndimage import map_coordinates, zoom

from ..images import discs
from .config import Scene

Drawn = tuple[Float[np.ndarray, "y x"], Int[np.ndarray, "y x"]]


def draw(
    scene: Scene, shape: tuple[int, int], origin: tuple[int, int], generator: np.random.Generator
) -> Drawn:
    """Draw a part of a scene.

    Parameters
    ----------
    scene
        What to draw.
    shape
        Size in px.
    origin
        Place of the first pixel in px with respect to the middle between two neighbouring discs.
    generator
        Source of noise and deformation, which are those of this part alone.

    Returns
    -------
    image
        Single precision; 1 in discs and 0 elsewhere, before noise.
    labels
        Instances from 1, 0 is background. Discs at the edge of the part are cut.
    """
    if scene.kind == "constant":
        labels = np.arange(1, shape[0] * shape[1] + 1).reshape(shape)
        return np.ones(shape, np.float32), labels
    image, labels = _discs(scene, shape, origin)
    if scene.elastic_px:
        where = _displaced(scene, shape, generator)
        image = map_coordinates(image, where, order=1, mode="nearest")
        labels = map_coordinates(labels, where, order=0, mode="nearest")
    if scene.noise:
        image = image + generator.normal(0, scene.noise, shape)
    return image.astype(np.float32), labels


def _discs(scene: Scene, shape: tuple[int, int], origin: tuple[int, int]) -> Drawn:
    """Cut a part out of a larger image, in which all discs of the part are whole."""
    spacing = scene.spacing_px
    larger = tuple(n + 3 * spacing for n in shape)
    image, labels = discs(larger, scene.radius_px, spacing)
    part = tuple(
        slice(start % spacing + spacing, start % spacing + spacing + n)
        for start, n in zip(origin, shape, strict=True)
    )
    return np.asarray(image.data[part], np.float32) / 255, labels[part].astype(np.int64)


def _displaced(
    scene: Scene, shape: tuple[int, int], generator: np.random.Generator
) -> Float[np.ndarray, "2 y x"]:
    """Return where each pixel comes from: its own place, displaced smoothly at random."""
    places = np.indices(shape).astype(np.float64)
    for along in places:
        controls = [n // scene.elastic_spacing_px + 4 for n in shape]
        jitter = generator.normal(0, scene.elastic_px, controls)
        smooth = zoom(jitter, scene.elastic_spacing_px, order=3)
        along += smooth[tuple(slice(0, n) for n in shape)]
    return places
