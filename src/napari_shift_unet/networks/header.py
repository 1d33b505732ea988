"""The part of a model file that describes it: JSON in a safetensors header, read without torch."""

import json
from pathlib import Path

from pydantic import ValidationError
from safetensors import SafetensorError, safe_open

from ..errors import ModelError, complaint
from .config import ModelConfig

HEADER_KEY = "napari-shift-unet"
PICKLES = (b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")


def read_config(path: Path) -> ModelConfig:
    """Read the configuration of a model file without its weights.

    Raises
    ------
    ModelError
        If the file is missing, pickled, damaged, or of another program.
    """
    _refuse_foreign(path)
    try:
        with safe_open(path, framework="np") as file:
            header = (file.metadata() or {}).get(HEADER_KEY)
    except (SafetensorError, OSError) as error:
        raise ModelError(
            f"{path.name} is damaged or no model file ({error}). Get it again."
        ) from error
    if header is None:
        raise ModelError(
            f"{path.name} holds weights of another program. Use a model that this plugin made."
        )
    try:
        return ModelConfig.model_validate(json.loads(header))
    except ValueError as error:
        reason = complaint(error) if isinstance(error, ValidationError) else error
        raise ModelError(
            f"{path.name} describes a network that this version does not know ({reason}). "
            "Update the plugin or train the model again."
        ) from error


def _refuse_foreign(path: Path) -> None:
    if not path.is_file():
        fault = "is a folder" if path.is_dir() else "does not exist"
        raise ModelError(f"{path} {fault}; give a model's name or the path of its file.")
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(PICKLES):
        raise ModelError(
            f"{path.name} is a pickled or zipped file, which could run code and is never opened. "
            "Use a .safetensors model."
        )
