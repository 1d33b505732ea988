"""From images with instance masks to a model file."""

from .config import Augmentation, TrainConfig
from .dataset import Sample, read_folder
from .loop import Saved, StepDone, TrainEvent, Validated, train
from .recipe import read_recipe

__all__ = [
    "Augmentation",
    "Sample",
    "Saved",
    "StepDone",
    "TrainConfig",
    "TrainEvent",
    "Validated",
    "read_folder",
    "read_recipe",
    "train",
]
