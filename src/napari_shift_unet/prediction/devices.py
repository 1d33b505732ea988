"""Which device computes, and in which arithmetic."""

from contextlib import AbstractContextManager, nullcontext
from typing import Literal

import torch

from ..errors import DeviceError

Precision = Literal["float32", "bfloat16"]


def available_devices() -> list[str]:
    """Return the names of the devices that can compute here, the fastest first."""
    found = []
    if torch.cuda.is_available():
        found.append("cuda")
    if torch.backends.mps.is_available():
        found.append("mps")
    return [*found, "cpu"]


def find_device(name: str = "auto") -> torch.device:
    """Return the device of a name; `"auto"` is the fastest.

    Raises
    ------
    DeviceError
        If it is unknown or absent.
    """
    found = available_devices()
    if name == "auto":
        return torch.device(found[0])
    if name.split(":")[0] not in found:
        raise DeviceError(f"device '{name}' is not to be had here. Use auto or {', '.join(found)}.")
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except RuntimeError as error:
        first = str(error).splitlines()[0]
        raise DeviceError(f"device '{name}' cannot be used ({first}). Use auto.") from error
    return device


def arithmetic(device: torch.device, precision: str) -> AbstractContextManager[object]:
    """Return a context in which convolutions compute in the given precision.

    Single precision is kept in full: on CUDA, cuDNN would otherwise round to 10 bits (TF32), and
    the same pixel would differ visibly between windows of different size.
    """
    if precision != "float32":
        return torch.autocast(device.type, dtype=torch.bfloat16)
    if device.type == "cuda":
        return torch.backends.cudnn.flags(enabled=True, allow_tf32=False)
    return nullcontext()


def free_memory(device: torch.device) -> None:
    """Give cached memory of a device back to it."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
    if device.type == "mps":
        torch.mps.empty_cache()
