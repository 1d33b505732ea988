"""Training against a plain loop over the same windows."""

from collections.abc import Iterator

import numpy as np
import torch
from harness import Row, Scale, faster, race
from scene import Scene

from napari_shift_unet.images import sample_image
from napari_shift_unet.networks import UNet
from napari_shift_unet.networks.unet import centre_crop
from napari_shift_unet.training import Sample, TrainConfig
from napari_shift_unet.training.batches import batches, draw_batch
from napari_shift_unet.training.criterion import make_criterion
from napari_shift_unet.training.learner import Learner

CPU = torch.device("cpu")


def rows(scale: Scale) -> Iterator[Row]:
    """Measure steps per second of the recipe of the bundled model."""
    scene = Scene(256)
    changed = {"start_from": None, "steps": scale.pick(6, 2)}
    if scale.quick:
        changed |= {"batch": 1, "window": 64}
    config = TrainConfig.model_validate({**(scene.model.config.recipe or {}), **changed})
    image, truth = sample_image()
    low, high = np.percentile(image.data, config.percentiles)
    pixels = ((np.asarray(image.data) - low) / (high - low)).astype(np.float32)
    assert truth is not None
    samples = [Sample("u2os-nuclei", pixels[None], truth)]
    learner, plain = Learner(config, CPU), Plain(config)

    def ours() -> None:
        for step, batch in enumerate(batches(samples, config, 0)):
            learner.update(batch, step)

    def theirs() -> None:
        for step in range(config.steps):
            plain.update(*draw_batch(samples, config, step))

    warm = draw_batch(samples, config, 0)
    learner.update(warm, 0)
    plain.update(*warm)
    found = race(ours, theirs, scale.rounds)
    window = " x ".join(map(str, config.window_px))
    name = f"training, {config.batch} windows of {window} px"
    note = f"{config.steps} steps each round, the same network, loss and windows"
    yield faster(name, "a plain loop in PyTorch", 1.5, found, note)


class Plain:
    """What anyone would write: default layout, single precision, one thing after the other."""

    def __init__(self, config: TrainConfig) -> None:
        self.criterion = make_criterion(config)
        self.network = UNet(config.training_spec)
        learnt = [*self.network.parameters(), *self.criterion.parameters()]
        self.optimiser = torch.optim.Adam(learnt, lr=1e-4)

    def update(self, image: torch.Tensor, labels: torch.Tensor) -> float:
        """Take one step."""
        output = centre_crop(self.network(image), labels.shape[1:])
        loss = self.criterion(output, labels)
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        return float(loss.detach())
