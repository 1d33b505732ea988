"""Networks, their files, and what is known of them."""

from typing import TYPE_CHECKING

from ..lazy import lazy_names
from .cards import DEFAULT_MODEL, list_models, model_names, read_card
from .config import Method, ModelConfig
from .foreign_files import foreign_kind
from .header import read_config

if TYPE_CHECKING:
    from .bundled import load_model
    from .checkpoint import load_file, save_model
    from .foreign import as_model, foreign_model_events, load_foreign, open_foreign
    from .model import Model
    from .probing import Probing, Verdict, exact_tiles, probe, probe_events, verdict_facts
    from .unet import UNet, fold_batch_norm

# What computes is imported when first asked for: a model's card is read without torch.
_MODULE_OF = {
    "Model": "model",
    "Probing": "probing",
    "UNet": "unet",
    "Verdict": "probing",
    "as_model": "foreign",
    "exact_tiles": "probing",
    "fold_batch_norm": "unet",
    "foreign_model_events": "foreign",
    "load_file": "checkpoint",
    "load_foreign": "foreign",
    "load_model": "bundled",
    "open_foreign": "foreign",
    "probe": "probing",
    "probe_events": "probing",
    "save_model": "checkpoint",
    "verdict_facts": "probing",
}

__all__ = [
    "DEFAULT_MODEL",
    "Method",
    "Model",
    "ModelConfig",
    "Probing",
    "UNet",
    "Verdict",
    "as_model",
    "exact_tiles",
    "fold_batch_norm",
    "foreign_kind",
    "foreign_model_events",
    "list_models",
    "load_file",
    "load_foreign",
    "load_model",
    "model_names",
    "open_foreign",
    "probe",
    "probe_events",
    "read_card",
    "read_config",
    "save_model",
    "verdict_facts",
]


__getattr__ = lazy_names(__name__, _MODULE_OF)
