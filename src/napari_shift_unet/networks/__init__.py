"""Networks, their files, and what is known of them."""

from importlib import import_module
from typing import TYPE_CHECKING

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


def __getattr__(name: str) -> object:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_MODULE_OF[name]}", __name__), name)
    globals()[name] = value
    return value
