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

    Values beyond the range of half precision stay in single precision.

    Raises
    ------
    ModelError
        If a weight is not finite, as after a training that diverged.
    OutputError
        If the target cannot be written.
    """
    state = network.state_dict()
    _check_finite(state, f"the network '{config.name}'", "Train it again with a smaller rate")
    content = save(
        {name: _halve(value) for name, value in state.items()},
        metadata={HEADER_KEY: config.model_dump_json()},
    )
    with writing(path) as temporary:
        temporary.write_bytes(content)


def load_file(path: Path) -> Model:
    """Read a model file; no memory is taken for weights that do not fit its description.

    Raises
    ------
    ModelError
        If the file is missing, pickled, damaged, foreign, or its weights do not fit its network.
    """
    config = read_config(path)
    with torch.device("meta"):
        network = UNet(config.unet)
    state = _read_tensors(path, network.state_dict())
    _check_finite(state, path.name, "The file is damaged; get it again")
    network.load_state_dict(state, assign=True)
    return Model(config, network.eval(), config.spec.footprint, sha256(_content(path)).hexdigest())


def _read_tensors(path: Path, expected: dict[str, Tensor]) -> dict[str, Tensor]:
    """Read tensors of the expected names and shapes, as the expected types."""
    try:
        with safe_open(path, framework="pt") as file:
            names = file.keys()
            shapes = {name: tuple(file.get_slice(name).get_shape()) for name in names}
            if shapes == {name: tuple(value.shape) for name, value in expected.items()}:
                found = {name: file.get_tensor(name) for name in names}
                if all(_same_kind(found[name], value) for name, value in expected.items()):
                    return {name: found[name].to(value.dtype) for name, value in expected.items()}
    except (SafetensorError, OSError) as error:
        raise ModelError(f"{path.name} is damaged ({error}). Get it again.") from error
    raise ModelError(
        f"{path.name}: the weights do not fit the network that the file describes. "
        "Get it again or train it again."
    )


def _check_finite(state: dict[str, Tensor], what: str, do: str) -> None:
    for name, value in state.items():
        if not value.isfinite().all():
            raise ModelError(f"{what} holds NaN or infinite weights in {name}. {do}.")


def _same_kind(one: Tensor, other: Tensor) -> bool:
    return one.is_floating_point() == other.is_floating_point()


def _halve(value: Tensor) -> Tensor:
    half = value.half() if value.is_floating_point() else value
    return (half if half.isfinite().all() else value).contiguous()


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path.name} cannot be read ({error}). Get it again.") from error
