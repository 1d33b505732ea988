"""What run.json states of a run."""

from importlib.metadata import version
from math import prod
from typing import Any

from ..embeddings import ClusterConfig, describe
from .embedded import EmbeddedImage

VERSIONS_OF = ("napari-shift-unet", "torch", "numpy", "scikit-image")


def run_facts(
    embedded: EmbeddedImage, clustering: ClusterConfig, objects: int, cluster_seconds: float
) -> dict[str, Any]:
    """Return what run.json states; every value is plain JSON, sizes are in px per axis."""
    plan, card, image = embedded.prediction.plan, embedded.model.config, embedded.selection.image
    megapixels, seconds = prod(embedded.selection.shape) / 1e6, embedded.prediction.seconds
    return {
        "period": list(plan.period),
        "context": list(plan.context),
        "context_px": list(plan.context),
        "tile": list(plan.output_window),
        "crop": list(plan.crop),
        "legal": plan.legal,
        "reasons": list(plan.reasons),
        "tiles": len(plan) * len(embedded.selection),
        "redundancy": round(plan.redundancy, 3),
        "model": {"name": card.name, "method": card.method},
        "model_hash": embedded.model.hash,
        "clustering": describe(clustering, card),
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
        "seconds": round(seconds + cluster_seconds, 3),
        "seconds_of": {
            "prediction": round(seconds, 3),
            "prediction_per_megapixel": round(seconds / megapixels, 3),
            "clustering": round(cluster_seconds, 3),
        },
        "versions": {name: version(name) for name in VERSIONS_OF},
    }
