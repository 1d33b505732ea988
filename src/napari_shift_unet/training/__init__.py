"""From images with instance masks to a model file."""

from .calibration import Tried, calibrate
from .config import Augmentation, TrainConfig
from .dataset import Sample, read_folder, split_names
from .loop import Saved, StepDone, TrainEvent, Validated, train
from .recipe import read_recipe

__all__ = [
    "Augmentation",
    "Sample",
    "Saved",
    "StepDone",
    "TrainConfig",
    "TrainEvent",
    "Tried",
    "Validated",
    "calibrate",
    "read_folder",
    "read_recipe",
    "split_names",
    "train",
]
