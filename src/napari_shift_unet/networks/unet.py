"""The U-Net of the paper, in two and three dimensions from one specification."""

from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from ..geometry import UNetSpec

Layers = dict[int, type[nn.Module]]
CONVOLUTION: Layers = {2: nn.Conv2d, 3: nn.Conv3d}
UPCONVOLUTION: Layers = {2: nn.ConvTranspose2d, 3: nn.ConvTranspose3d}
NORMALISATION: Layers = {2: nn.BatchNorm2d, 3: nn.BatchNorm3d}
POOLING: Layers = {2: nn.MaxPool2d, 3: nn.MaxPool3d}
CHANNELS_LAST = {2: torch.channels_last, 3: torch.channels_last_3d}


class UNet(nn.Module):
    """An encoder and decoder with skips; shift equivariant with the period of its specification.

    The head returns ``embedding_dims`` channels and, if specified, one foreground logit, without
    activation ([R], section 4). Sizes are those that `UNetSpec.output_size` gives.
    """

    def __init__(self, spec: UNetSpec) -> None:
        super().__init__()
        self.spec = spec
        levels = range(spec.levels)
        inputs = [spec.in_channels, *map(spec.channels, levels)]
        self.down = nn.ModuleList(self._convolutions(inputs[i], i) for i in levels)
        self.pool = nn.ModuleList(POOLING[spec.ndim](factors) for factors in spec.factors)
        self.bottom = self._convolutions(inputs[-1], spec.levels)
        self.rise = nn.ModuleList(self._upsampling(i) for i in levels)
        self.up = nn.ModuleList(
            self._convolutions(spec.concatenated_channels(i), i) for i in levels
        )
        self.head = CONVOLUTION[spec.ndim](spec.channels(0), spec.out_channels, 1)

    def forward(self, image: Float[Tensor, "b i *space"]) -> Float[Tensor, "b o *window"]:
        """Return embedding and foreground logit of a normalised image.

        One statement per operation, so that no feature map outlives its use: the forecast of
        memory in `UNetSpec.footprint` counts on it.
        """
        x, skips = image, []
        for down, pool in zip(self.down, self.pool, strict=True):
            x = down(x)  # (b, width * growth^level, *space / scale)
            skips.append(x)
            x = pool(x)
        x = self.bottom(x)
        for rise, up in zip(reversed(self.rise), reversed(self.up), strict=True):
            x = rise(x)  # (b, channels of the level, or of the one below if fixed, *space / scale)
            x = torch.cat([centre_crop(skips.pop(), x.shape[2:]), x], dim=1)
            x = up(x)
        y: Tensor = self.head(x)  # (b, embedding_dims + foreground, *window)
        return y

    def _convolutions(self, channels: int, level: int) -> nn.Sequential:
        spec, outputs = self.spec, self.spec.channels(level)
        layers: list[nn.Module] = []
        for _ in range(spec.convs):
            layers.append(
                CONVOLUTION[spec.ndim](
                    channels, outputs, spec.kernel, padding=spec.padding, bias=not spec.batch_norm
                )
            )
            if spec.batch_norm:
                layers.append(NORMALISATION[spec.ndim](outputs))
            layers.append(nn.ReLU(inplace=True))
            channels = outputs
        return nn.Sequential(*layers)

    def _upsampling(self, level: int) -> nn.Module:
        spec, factors = self.spec, self.spec.factors[level]
        if spec.upsampling == "fixed":
            # Plain "nearest" divides by the factor in single precision, "nearest-exact" by centres.
            return nn.Upsample(scale_factor=tuple(map(float, factors)), mode="nearest-exact")
        below, here = spec.channels(level + 1), spec.channels(level)
        layer = UPCONVOLUTION[spec.ndim](below, here, factors, stride=factors)
        return nn.Sequential(layer, nn.ReLU(inplace=True))


def centre_crop(x: Float[Tensor, "b c *from"], size: torch.Size) -> Float[Tensor, "b c *to"]:
    """Return the centre of a feature map; a view."""
    for axis, (have, want) in enumerate(zip(x.shape[2:], size, strict=True), start=2):
        x = x.narrow(axis, (have - want) // 2, want)
    return x


def fold_batch_norm(network: nn.Module) -> nn.Module:
    """Merge every batch normalisation into the convolution before it, in place; evaluation only."""
    for child in network.children():
        fold_batch_norm(child)
    if isinstance(network, nn.Sequential):
        for i, (convolution, norm) in enumerate(pairwise(list(network))):
            if isinstance(convolution, nn.Conv2d | nn.Conv3d) and isinstance(
                norm, nn.BatchNorm2d | nn.BatchNorm3d
            ):
                network[i] = fuse_conv_bn_eval(convolution, norm)
                network[i + 1] = nn.Identity()
    return network
