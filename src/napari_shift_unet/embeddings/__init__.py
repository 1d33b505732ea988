"""Embeddings: what they mean, how they look, and how pixels become objects."""

from .binning import BinnedPoints
from .instances import ClusterConfig, label_instances, relabel_in_raster_order
from .kernel import similarity
from .mean_shift import MeanShiftResult, bin_edge, find_modes, mean_shift, nearest_mode
from .methods import embed
from .objects import measure_objects
from .projection import Projection

__all__ = [
    "BinnedPoints",
    "ClusterConfig",
    "MeanShiftResult",
    "Projection",
    "bin_edge",
    "embed",
    "find_modes",
    "label_instances",
    "mean_shift",
    "measure_objects",
    "nearest_mode",
    "relabel_in_raster_order",
    "similarity",
]
