"""Random networks in which every level has a say, as after a training."""

import torch
from torch import nn

from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.networks import Model, ModelConfig, UNet

CONVOLUTIONS = nn.Conv2d | nn.Conv3d
UPCONVOLUTIONS = nn.ConvTranspose2d | nn.ConvTranspose3d
NORMALISATIONS = nn.BatchNorm2d | nn.BatchNorm3d


def random_network(spec: UNetSpec, seed: int = 0) -> UNet:
    """Return a network for evaluation whose signals neither fade nor grow on their way.

    With the weights that torch begins with, the deep levels hardly reach the output of a narrow
    network, and a wrong tiling would not show.
    """
    torch.manual_seed(seed)
    network = UNet(spec)
    for layer in network.modules():
        if isinstance(layer, CONVOLUTIONS | UPCONVOLUTIONS):
            inputs = layer.in_channels
            if isinstance(layer, CONVOLUTIONS):
                inputs = layer.weight[0].numel()
            nn.init.normal_(layer.weight, 0.3 / inputs, inputs**-0.5)
            if layer.bias is not None:
                nn.init.uniform_(layer.bias, 0, 0.2)
        if isinstance(layer, NORMALISATIONS):
            assert layer.running_mean is not None
            assert layer.running_var is not None
            nn.init.normal_(layer.running_mean, 0, 0.1)
            nn.init.uniform_(layer.running_var, 0.1, 1)
            nn.init.uniform_(layer.weight, 0.5, 1.5)
            nn.init.uniform_(layer.bias, 0, 0.3)
    return network.eval()


def random_model(spec: UNetSpec, seed: int = 0) -> Model:
    """Return a model of random weights that was never saved."""
    config = ModelConfig(name="random", method="discriminative", spec=spec)
    return Model(config, random_network(spec, seed), spec.footprint, "")
