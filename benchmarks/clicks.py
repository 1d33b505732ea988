"""What a user waits for after a prediction: new labels, and the audit of a run."""

from collections.abc import Iterator
from itertools import cycle

import numpy as np
from harness import Row, Scale, race, share
from scene import Scene

from napari_shift_unet.seams import audit

SLIDERS = {
    "nuclei-2d": ("greedy seeds", "seed_threshold", (0.80, 0.85, 0.90)),
    "nuclei-2d-semi-convolutional": ("mean shift", "bandwidth", (9.0, 10.0, 11.0)),
}


def rows(scale: Scale) -> Iterator[Row]:
    """Measure the sliders of both ways to group pixels, and the audit."""
    for model in SLIDERS:
        yield slider(model, scale)
    yield audited(scale)


def slider(model: str, scale: Scale) -> Row:
    """Measure from a slider's new value to the labels of what is on the screen."""
    method, name, values = SLIDERS[model]
    side = scale.pick(1024, 192)
    scene = Scene(side, model)
    embedded, box = scene.embed(), (slice(0, side),) * 2
    value = cycle(values)

    def ours() -> np.ndarray:
        changed = embedded.default_clustering.model_copy(update={name: next(value)})
        return embedded.label_region((), box, changed)

    ours()  # compiles
    found = race(ours, scene.predict, scale.rounds)
    named = f"slider to new labels, {method}, {side:,} x {side:,}"
    return share(named, "predicting that region", 1 / 20, found)


def audited(scale: Scale) -> Row:
    """Measure the audit of labels and embedding of a run, whose tiling is known."""
    side = scale.pick(2048, 192)
    scene = Scene(side, tile=68 if scale.quick else None)
    embedded = scene.embed()
    labels, embedding = embedded.label(), embedded.embedding

    def ours() -> object:
        return audit(labels, tile=scene.plan.crop, embedding=embedding)

    ours()  # compiles
    found = race(ours, scene.predict, scale.rounds)
    note = f"{labels.max():,} objects, with their embedding"
    return share(f"audit of a run, {side:,} x {side:,}", "its prediction", 0.1, found, note)
