"""Model files: safetensors with the configuration as JSON in the header; nothing is unpickled."""

from hashlib import sha256
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from ..errors import ModelError
from ..images import writing
from .config import ModelConfig
from .header import HEADER_KEY, read_config
from .model import Model
from .unet import UNet


def save_model(path: Path, config: ModelConfig, network: nn.Module) -> None:
    """Write weights in half precision and the configuration, whole or not at all.

    Raises
    ------
    OutputError
        If the target cannot be written.
    """
    state = {name: _halve(value) for name, value in network.state_dict().items()}
    content = save(state, metadata={HEADER_KEY: config.model_dump_json()})
    with writing(path) as temporary:
        temporary.write_bytes(content)


def load_file(path: Path) -> Model:
    """Read a model file.

    Raises
    ------
    ModelError
        If the file is missing, pickled, damaged, foreign, or its weights do not fit its network.
    """
    config = read_config(path)
    with torch.device("meta"):
        network = UNet(config.spec)
    state = _read_tensors(path)
    expected = {name: value.shape for name, value in network.state_dict().items()}
    if expected != {name: value.shape for name, value in state.items()}:
        raise ModelError(
            f"{path.name}: the weights do not fit the network that the file describes; "
            "it is damaged. Get it again or train it again."
        )
    network.load_state_dict({name: _widen(value) for name, value in state.items()}, assign=True)
    return Model(config, network.eval(), config.spec.footprint, _digest(path))


def _read_tensors(path: Path) -> dict[str, Tensor]:
    try:
        with safe_open(path, framework="pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise ModelError(f"{path.name} is damaged ({error}). Get it again.") from error


def _halve(value: Tensor) -> Tensor:
    return value.half().contiguous() if value.is_floating_point() else value.contiguous()


def _widen(value: Tensor) -> Tensor:
    return value.float() if value.is_floating_point() else value


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
