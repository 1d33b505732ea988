"""A model that needs no training: bright is foreground, and near is alike."""

from collections.abc import Sequence
from pathlib import Path

import torch

from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.networks import ModelConfig, UNet, save_model

SHARPNESS = 20.0


def write_seeing_model(
    path: Path,
    *,
    name: str = "seeing",
    method: str = "semi-convolutional",
    embedding: Sequence[float] = (),
    **spec: object,
) -> Path:
    """Write a U-Net whose first skip carries the image unchanged to the head.

    Its foreground is the sigmoid of 20 (x - 0.5) for a pixel x. Its first channels are `embedding`
    everywhere, the others zero: unless the method is another one, the embedding is the position.
    Period 4 px, context 20 px per side unless `spec` says otherwise.
    """
    described = UNetSpec(
        **{"width": 2, "factors": (2, 2), "batch_norm": False, "embedding_dims": 2, **spec}
    )
    network = UNet(described).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.zero_()
        for convolutions in (network.down[0], network.up[0]):
            for layer in convolutions:
                if hasattr(layer, "weight"):
                    layer.weight[(0, 0, *(k // 2 for k in described.kernel))] = 1.0
        network.head.bias[: len(embedding)] = torch.tensor(embedding)
        if described.foreground:
            network.head.weight[-1, 0] = SHARPNESS
            network.head.bias[-1] = -SHARPNESS / 2
    config = ModelConfig(
        name=name,
        method=method,
        spec=described,
        percentiles=(0.0, 100.0),
        clustering={"method": "mean-shift", "bandwidth": 12.0, "min_size": 4},
        training_window=(12,) * described.ndim,
        data="nothing",
        licence="BSD-3-Clause",
        scores={"val_ap50": 0.25, "test_ap50": 0.5},
    )
    save_model(path, config, network)
    return path
