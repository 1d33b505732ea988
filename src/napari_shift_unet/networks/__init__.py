"""Networks, their files, and what is known of them."""

from typing import TYPE_CHECKING

from ..lazy import lazy_names
from .cards import DEFAULT_MODEL, list_models, model_names, read_card
from .config import Method, ModelConfig
from .header import read_config

if TYPE_CHECKING:
    from .bundled import load_model
    from .checkpoint import load_file, save_model
    from .model import Model
    from .unet import UNet, fold_batch_norm

# What computes is imported when first asked for: a model's card is read without torch.
_MODULE_OF = {
    "Model": "model",
    "UNet": "unet",
    "fold_batch_norm": "unet",
    "load_file": "checkpoint",
    "load_model": "bundled",
    "save_model": "checkpoint",
}

__all__ = [
    "DEFAULT_MODEL",
    "Method",
    "Model",
    "ModelConfig",
    "UNet",
    "fold_batch_norm",
    "list_models",
    "load_file",
    "load_model",
    "model_names",
    "read_card",
    "read_config",
    "save_model",
]


__getattr__ = lazy_names(__name__, _MODULE_OF)
