"""Embeddings: what they mean, how they look, and how pixels become objects."""

from typing import TYPE_CHECKING

from ..lazy import lazy_names

if TYPE_CHECKING:
    from .binning import BinnedPoints
    from .choices import clustering_of, describe, obstacle, settings_of
    from .chunked import ChunkDone, ChunkGrid, label_chunks
    from .components import relabel_in_raster_order
    from .config import ClusterConfig
    from .instances import label_instances, label_listed
    from .kernel import similarity
    from .methods import confidence, embed, embed_foreground
    from .modes import MeanShiftResult, bin_edge, find_modes, mean_shift, nearest_mode
    from .objects import measure_objects
    from .pixels import Foreground, PixelEmbedding
    from .projection import Projection

# Imported when first asked for: settings are shown long before anything is compiled.
_FILE_OF = {
    "BinnedPoints": "binning",
    "ChunkDone": "chunked",
    "ChunkGrid": "chunked",
    "ClusterConfig": "config",
    "Foreground": "pixels",
    "MeanShiftResult": "modes",
    "PixelEmbedding": "pixels",
    "Projection": "projection",
    "bin_edge": "modes",
    "clustering_of": "choices",
    "confidence": "methods",
    "describe": "choices",
    "embed": "methods",
    "embed_foreground": "methods",
    "find_modes": "modes",
    "label_chunks": "chunked",
    "label_instances": "instances",
    "label_listed": "instances",
    "mean_shift": "modes",
    "measure_objects": "objects",
    "nearest_mode": "modes",
    "obstacle": "choices",
    "relabel_in_raster_order": "components",
    "settings_of": "choices",
    "similarity": "kernel",
}

__all__ = [
    "BinnedPoints",
    "ChunkDone",
    "ChunkGrid",
    "ClusterConfig",
    "Foreground",
    "MeanShiftResult",
    "PixelEmbedding",
    "Projection",
    "bin_edge",
    "clustering_of",
    "confidence",
    "describe",
    "embed",
    "embed_foreground",
    "find_modes",
    "label_chunks",
    "label_instances",
    "label_listed",
    "mean_shift",
    "measure_objects",
    "nearest_mode",
    "obstacle",
    "relabel_in_raster_order",
    "settings_of",
    "similarity",
]


__getattr__ = lazy_names(__name__, _FILE_OF)


def __dir__() -> list[str]:
    return list(__all__)
