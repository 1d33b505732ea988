"""Embeddings: what they mean, how they look, and how pixels become objects."""

from typing import TYPE_CHECKING

from ..lazy import lazy_names

if TYPE_CHECKING:
    from .binning import BinnedPoints
    from .choices import clustering_of, describe, obstacle, settings_of
    from .chunked import ChunkDone, ChunkGrid, label_chunks
    from .components import relabel_in_raster_order
    from .config import ClusterConfig
    from .instances import label_instances
    from .kernel import similarity
    from .methods import confidence, embed
    from .modes import MeanShiftResult, bin_edge, find_modes, mean_shift, nearest_mode
    from .objects import measure_objects
    from .pixels import PixelEmbedding
    from .projection import Projection

# Imported when first asked for: settings are shown long before anything is compiled.
_FILE_OF = {
    "BinnedPoints": "binning",
    "ChunkDone": "chunked",
    "ChunkGrid": "chunked",
    "ClusterConfig": "config",
    "MeanShiftResult": "modes",
    "PixelEmbedding": "pixels",
    "Projection": "projection",
    "bin_edge": "modes",
    "clustering_of": "choices",
    "confidence": "methods",
    "describe": "choices",
    "embed": "methods",
    "find_modes": "modes",
    "label_chunks": "chunked",
    "label_instances": "instances",
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
    "MeanShiftResult",
    "PixelEmbedding",
    "Projection",
    "bin_edge",
    "clustering_of",
    "confidence",
    "describe",
    "embed",
    "find_modes",
    "label_chunks",
    "label_instances",
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
