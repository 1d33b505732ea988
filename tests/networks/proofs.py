"""Networks that the proofs of the paper construct, from the weights of `UNet` ([R], sec. 3).

Nothing is trained: in both every convolution is the identity and every skip is ignored. All is in
double precision and of one feature map.
"""

from typing import Any

import torch
from torch import Tensor, nn

from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.networks import UNet

CONVOLUTIONS = (nn.Conv2d, nn.Conv3d)
UPCONVOLUTIONS = (nn.ConvTranspose2d, nn.ConvTranspose3d)
PRIMES = (
    2,
    3,
    5,
    7,
    11,
    13,
    17,
    19,
    23,
    29,
    31,
    37,
    41,
    43,
    47,
    53,
    59,
    61,
    67,
    71,
    73,
    79,
    83,
    89,
)


def identity_net(**spec: Any) -> UNet:
    """Return the network of Lemma 1: each output is the maximum of its block of one period."""
    return _with_identities(UNet(_one_map(upsampling="fixed", **spec)))


def prime_net(**spec: Any) -> UNet:
    """Return the network of the constant image: each output is a product of l distinct primes."""
    network = _with_identities(UNet(_one_map(upsampling="learnt", **spec)))
    first = next(layer for layer in network.modules() if isinstance(layer, CONVOLUTIONS))
    first.weight.data.zero_()
    assert first.bias is not None
    first.bias.data.fill_(1)
    unused = iter(PRIMES)
    for layer in network.modules():
        if isinstance(layer, UPCONVOLUTIONS):
            assert layer.bias is not None
            layer.bias.data.zero_()
            primes = [next(unused) for _ in range(layer.weight.numel())]
            layer.weight.data = torch.tensor(primes, dtype=torch.double).view_as(layer.weight)
    return network


def diagonal_image(shape: tuple[int, ...]) -> Tensor:
    """Return an image that rises along diagonals: by the sum of the coordinates, then by each."""
    places = torch.cartesian_prod(*(torch.arange(n) for n in shape)).double()
    base = float(sum(shape))
    rank = places.sum(1)
    for axis in range(len(shape)):
        rank = rank * base + places[:, axis]
    return rank.view(1, 1, *shape)


def block_maximum(image: Tensor, period: tuple[int, ...], offset: tuple[int, ...]) -> Tensor:
    """Return for every pixel the maximum of its block; blocks begin at `offset` mod `period`."""
    out = image
    for axis, (t, first) in enumerate(zip(period, offset, strict=True), start=2):
        length = image.shape[axis]
        blocks = (torch.arange(length) - first) // t
        parts = [
            out.index_select(axis, (blocks == block).nonzero()[:, 0]).amax(axis, keepdim=True)
            for block in sorted(set(blocks.tolist()))
        ]
        out = torch.cat(parts, axis).index_select(axis, blocks - blocks[0])
    return out


def _one_map(**spec: Any) -> UNetSpec:
    plain = {"width": 1, "growth": 1, "batch_norm": False, "embedding_dims": 1, "foreground": False}
    return UNetSpec(**plain, **spec)


def _with_identities(network: UNet) -> UNet:
    """Let every convolution pass its last input on, which after a concatenation is what came up."""
    for layer in network.modules():
        if isinstance(layer, CONVOLUTIONS):
            layer.weight.data.zero_()
            nn.init.dirac_(layer.weight.data[:, -1:])
            assert layer.bias is not None
            layer.bias.data.zero_()
    return network.double().eval()
