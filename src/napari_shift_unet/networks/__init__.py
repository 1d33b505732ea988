"""Networks, their files, and what is known of them."""

from .bundled import DEFAULT_MODEL, list_models, load_model, model_names
from .checkpoint import load_file, read_config, save_model
from .config import Method, ModelConfig
from .model import Model
from .unet import UNet, fold_batch_norm

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
    "read_config",
    "save_model",
]
