"""From images with instance masks to a model file."""

from typing import TYPE_CHECKING

from ..lazy import lazy_names
from .config import Augmentation, TrainConfig
from .recipe import read_recipe
from .unfinished import Progress, last_path, read_unfinished, state_path

if TYPE_CHECKING:
    from .annotation import Annotated, annotated_mask
    from .budget import Pace, fit_to, measure_pace, with_length_of, with_steps
    from .calibration import Tried, calibrate, finish
    from .dataset import Sample
    from .folder import read_folder, split_names
    from .guess import first_guess, network_for
    from .holding_out import Split, hold_out
    from .keeping import keep
    from .layers import read_layers
    from .loop import Saved, StepDone, TrainEvent, Validated, train
    from .preview import Preview, choose_patch, with_previews

# What computes is imported when first asked for: a recipe is read and changed without torch.
_MODULE_OF = {
    "Annotated": "annotation",
    "Pace": "budget",
    "Preview": "preview",
    "Sample": "dataset",
    "Saved": "loop",
    "Split": "holding_out",
    "StepDone": "loop",
    "TrainEvent": "loop",
    "Tried": "calibration",
    "Validated": "loop",
    "annotated_mask": "annotation",
    "calibrate": "calibration",
    "choose_patch": "preview",
    "finish": "calibration",
    "first_guess": "guess",
    "fit_to": "budget",
    "hold_out": "holding_out",
    "keep": "keeping",
    "measure_pace": "budget",
    "network_for": "guess",
    "read_folder": "folder",
    "read_layers": "layers",
    "split_names": "folder",
    "train": "loop",
    "with_length_of": "budget",
    "with_previews": "preview",
    "with_steps": "budget",
}

__all__ = [
    "Annotated",
    "Augmentation",
    "Pace",
    "Preview",
    "Progress",
    "Sample",
    "Saved",
    "Split",
    "StepDone",
    "TrainConfig",
    "TrainEvent",
    "Tried",
    "Validated",
    "annotated_mask",
    "calibrate",
    "choose_patch",
    "finish",
    "first_guess",
    "fit_to",
    "hold_out",
    "keep",
    "last_path",
    "measure_pace",
    "network_for",
    "read_folder",
    "read_layers",
    "read_recipe",
    "read_unfinished",
    "split_names",
    "state_path",
    "train",
    "with_length_of",
    "with_previews",
    "with_steps",
]


__getattr__ = lazy_names(__name__, _MODULE_OF)
