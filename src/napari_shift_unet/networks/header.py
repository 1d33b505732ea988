"""The part of a model file that describes it: JSON in a safetensors header, read without torch."""

from pathlib import Path

from pydantic import ValidationError
from safetensors import SafetensorError, safe_open

from ..errors import ModelError, complaint
from .config import ModelConfig
from .foreign_files import check_trust, foreign_kind

HEADER_KEY = "napari-shift-unet"
LENGTH_BYTES = 8
MAX_HEADER_BYTES = 2**20
"""Those of this plugin take about 20 kB."""
PICKLES = (b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
"""First bytes of files that torch.save, pickle and joblib write."""


def read_config(path: Path) -> ModelConfig:
    """Read the configuration of a model file without its weights.

    Raises
    ------
    ModelError
        If the file is missing, pickled, damaged, or of another program; `TrustError` if it is a
        network that `load_foreign` can load.
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
        return ModelConfig.model_validate_json(header)
    except ValidationError as error:
        raise ModelError(
            f"{path.name} describes a network that this version does not know "
            f"({complaint(error).rstrip('.')}). Update the plugin or train the model again."
        ) from error


def _refuse_foreign(path: Path) -> None:
    """Look at the first bytes: a safetensors file begins with the length of its JSON header.

    The length comes first, since a small one can look like the first bytes of a pickle.
    """
    try:
        fault = "is a folder" if path.is_dir() else "" if path.is_file() else "does not exist"
        start = b"" if fault else _first_bytes(path)
    except OSError as error:
        fault = f"cannot be read ({error.strerror or error})"
    if fault:
        raise ModelError(f"{path} {fault}; give a model's name or the path of its file.")
    length = int.from_bytes(start[:LENGTH_BYTES], "little")
    if length <= MAX_HEADER_BYTES and start[LENGTH_BYTES:] == b"{":
        return
    kind = foreign_kind(path)
    if kind is not None:
        check_trust(path, kind, trust=False)
    if start.startswith(PICKLES):
        raise ModelError(
            f"{path.name} is a pickled or zipped file, which could run code and is never opened. "
            "Use a .safetensors model."
        )
    raise ModelError(f"{path.name} is damaged or no model file. Use a .safetensors model.")


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LENGTH_BYTES + 1)
