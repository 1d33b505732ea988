"""Networks as others build them, good and bad for tiles, and their files."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

UPSAMPLING: dict[str, dict[str, Any]] = {
    "nearest": {"mode": "nearest"},
    "bilinear": {"mode": "bilinear", "align_corners": False},
    "aligned": {"mode": "bilinear", "align_corners": True},
}


class PlainUNet(nn.Module):
    """A `same` padded U-Net without crops: a size that it cannot pool is an error of torch."""

    def __init__(
        self,
        levels: int = 2,
        factor: int = 2,
        *,
        down: str = "max",
        up: str = "learnt",
        norm: Callable[[int], nn.Module] = lambda _: nn.Identity(),
        padding_mode: str = "zeros",
        dropout: float = 0.0,
        pads_skips: bool = False,
        width: int = 3,
    ) -> None:
        super().__init__()
        self.down_kind, self.up_kind = down, up
        self.factor, self.pads_skips = factor, pads_skips

        def run(inputs: int) -> nn.Sequential:
            convolution = nn.Conv2d(inputs, width, 3, padding=1, padding_mode=padding_mode)
            return nn.Sequential(convolution, norm(width), nn.ReLU(), nn.Dropout(dropout))

        self.down = nn.ModuleList(run(width if level else 1) for level in range(levels))
        kernel = {"stride": factor, "wide stride": 3}.get(down, factor)
        self.pool = nn.ModuleList(
            nn.Conv2d(width, width, kernel, stride=factor, padding=kernel // 2 * (kernel % 2))
            for _ in range(levels)
        )
        self.bottom = run(width)
        self.rise = nn.ModuleList(
            nn.ConvTranspose2d(width, width, factor, factor) for _ in range(levels)
        )
        self.up = nn.ModuleList(run(2 * width) for _ in range(levels))
        self.head = nn.Conv2d(width, 3, 1)

    def forward(self, x: Tensor) -> Tensor:
        skips = []
        for down, pool in zip(self.down, self.pool, strict=True):
            x = down(x)
            skips.append(x)
            x = functional.max_pool2d(x, self.factor) if self.down_kind == "max" else pool(x)
        x = self.bottom(x)
        for rise, up in zip(self.rise, self.up, strict=True):
            x, skip = self._risen(rise, x), skips.pop()
            if self.pads_skips:
                dy, dx = (a - b for a, b in zip(skip.shape[2:], x.shape[2:], strict=True))
                x = functional.pad(x, [dx // 2, dx - dx // 2, dy // 2, dy - dy // 2])
            x = up(torch.cat([skip, x], 1))
        y: Tensor = self.head(x)
        return y

    def _risen(self, rise: nn.Module, x: Tensor) -> Tensor:
        if self.up_kind == "learnt":
            return rise(x)  # type: ignore[no-any-return]
        factor = float(self.factor)
        return functional.interpolate(x, scale_factor=factor, **UPSAMPLING[self.up_kind])


class Function(nn.Module):
    """A function of an image and of a convolution of its own."""

    def __init__(self, function: Callable[..., Any], inputs: int = 1, outputs: int = 2) -> None:
        super().__init__()
        self.function = function
        self.convolution = nn.Conv2d(inputs, outputs, 3, padding=1)

    def forward(self, *images: Tensor) -> Any:
        return self.function(self.convolution, *images)


def with_coordinates(convolution: nn.Module, x: Tensor) -> Tensor:
    """Tell the network how far down in the tile each pixel is."""
    rows = torch.linspace(-1, 1, x.shape[2], dtype=x.dtype)[:, None].expand_as(x)
    return convolution(torch.cat([x, rows], 1))  # type: ignore[no-any-return]


def attention(convolution: nn.Module, x: Tensor) -> Tensor:
    """Let every pixel look at every other one."""
    y = convolution(x)
    flat = y.flatten(2)
    weights = torch.softmax(flat.transpose(1, 2) @ flat, -1)
    return (flat @ weights).view_as(y)


def normalised(convolution: nn.Module, x: Tensor) -> Tensor:
    """Take mean and spread out of the tile before anything else."""
    return convolution((x - x.mean()) / x.std())  # type: ignore[no-any-return]


def save_script(network: nn.Module, path: Path, example: Any = None) -> Path:
    """Write a TorchScript file, by tracing if there is an example."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"`torch\.jit\.\w+` is deprecated", DeprecationWarning)
        warnings.simplefilter("ignore", torch.jit.TracerWarning)
        script = torch.jit.script(network) if example is None else torch.jit.trace(network, example)
        script.save(str(path))
    return path
