"""What run.json states of a run."""

from collections.abc import Mapping
from importlib.metadata import version
from math import prod
from typing import Any

from ..embeddings import ClusterConfig, describe
from .certificate import certificate_facts
from .embedded import EmbeddedImage

VERSIONS_OF = ("napari-shift-unet", "torch", "numpy", "scikit-image")


def run_facts(
    embedded: EmbeddedImage, clustering: ClusterConfig, objects: int, cluster_seconds: float
) -> dict[str, Any]:
    """Return what run.json states of a clustering."""
    how = {"clustering": describe(clustering, embedded.model.config)}
    return gather_facts(embedded, how, objects, cluster_seconds)


def gather_facts(
    embedded: EmbeddedImage, how: Mapping[str, Any], objects: int, seconds_after: float
) -> dict[str, Any]:
    """Return what run.json states; every value is plain JSON, sizes are in px per axis.

    Parameters
    ----------
    embedded
        The prediction.
    how
        What made objects of it.
    objects
        Number of objects.
    seconds_after
        Time since the prediction.
    """
    plan, card, image = embedded.prediction.plan, embedded.model.config, embedded.selection.image
    tiles, seconds = embedded.prediction.tiles, embedded.prediction.seconds
    share = tiles / (len(plan) * len(embedded.selection))
    megapixels = share * prod(embedded.selection.shape) / 1e6
    return {
        "period": list(plan.period),
        "context": list(plan.context),
        "context_px": list(plan.context),
        "required_context_px": list(plan.footprint.required_context),
        "tile": list(plan.output_window),
        "crop": list(plan.crop),
        "legal": plan.legal,
        "reasons": list(plan.reasons),
        **certificate_facts(embedded.certificate),
        "tiles": tiles,
        "redundancy": round(plan.redundancy, 3),
        "model": {"name": card.name, "method": card.method},
        "model_hash": embedded.model.hash,
        **how,
        "objects": objects,
        "image": {
            "name": image.name,
            "axes": image.axes,
            "shape": list(image.data.shape),
            "scale": list(image.scale),
            "units": list(image.units),
            "channels": list(embedded.selection.channels),
            "intensity_range": [[n.low, n.high] for n in embedded.normalisations],
        },
        "device": embedded.prediction.device,
        "precision": embedded.prediction.precision,
        "seconds": round(seconds + seconds_after, 3),
        "seconds_of": {
            "prediction": round(seconds, 3),
            "prediction_per_megapixel": round(seconds / megapixels, 3),
            "clustering": round(seconds_after, 3),
        },
        "versions": current_versions(),
    }


def current_versions() -> dict[str, str]:
    """Return the versions on which a result may depend."""
    return {name: version(name) for name in VERSIONS_OF}
