"""Running a plan of tiles through a network."""

from ..generators import drain
from .devices import Precision, arithmetic, available_devices, find_device
from .events import BackedOff, Checked, PredictionEvent, Started, TileDone
from .predict import Prediction, predict
from .threads import single_threads

__all__ = [
    "BackedOff",
    "Checked",
    "Precision",
    "Prediction",
    "PredictionEvent",
    "Started",
    "TileDone",
    "arithmetic",
    "available_devices",
    "drain",
    "find_device",
    "predict",
    "single_threads",
]
