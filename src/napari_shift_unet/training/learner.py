"""All that changes while a network is trained, and one update of it."""

from math import cos, isfinite, pi

import torch
from torch import Tensor, nn

from ..errors import ModelError
from ..networks import Model, ModelConfig, UNet, load_model
from ..networks.unet import CHANNELS_LAST, centre_crop
from ..prediction import arithmetic
from .batches import Batch
from .config import TrainConfig
from .criterion import make_criterion
from .start import take_over

LARGEST_GRADIENT = 10.0
"""Norm to which larger gradients are shortened."""


class Learner(nn.Module):
    """Network and criterion, whose parameters are learnt together, and their optimiser.

    Raises
    ------
    InputError
        On construction, if the method has no such loss, or the model to start from has another
        network.
    """

    def __init__(self, config: TrainConfig, device: torch.device) -> None:
        super().__init__()
        self.config, self.device = config, device
        self.layout = CHANNELS_LAST[config.spec.ndim]
        self.criterion = make_criterion(config).to(device)
        network = UNet(config.training_spec)
        if config.start_from is not None:
            take_over(network, config, load_model(config.start_from))
        self.network = network.to(device, memory_format=self.layout)  # type: ignore[call-overload]
        self.optimiser = torch.optim.Adam(self.parameters(), lr=config.learning_rate)
        self.precision = "bfloat16" if config.precision == "auto" else config.precision

    def update(self, batch: Batch, step: int) -> float:
        """Take one step of the optimiser and return the loss before it.

        Raises
        ------
        ModelError
            If loss or gradient are not finite; the parameters are those of before.
        """
        (image, labels), config = batch, self.config
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate(config, step)
        image = image.to(self.device, memory_format=self.layout)
        with arithmetic(self.device, self.precision):
            output = centre_crop(self.network(image), labels.shape[1:])
        loss: Tensor = self.criterion(output, labels.to(self.device))
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        norm = nn.utils.clip_grad_norm_(self.parameters(), LARGEST_GRADIENT)
        reached = float(loss.detach())
        if not (isfinite(reached) and isfinite(norm)):
            raise ModelError(
                f"the training diverged after step {step}: the loss is {reached:g}, its gradient "
                f"{float(norm):g}. Use a smaller learning rate than {config.learning_rate:g}."
            )
        self.optimiser.step()
        return reached

    def as_model(self) -> Model:
        """Return a copy of the network as it is now, on the CPU and for evaluation."""
        config = self.config
        described = ModelConfig(
            name=config.name,
            method=config.method,
            spec=config.spec,
            percentiles=config.percentiles,
            clustering={**self.criterion.learnt(), **config.clustering},
            training_window=config.window_px,
            data=config.data,
            licence=config.licence,
            recipe=config.model_dump(mode="json"),
        )
        copy = UNet(config.spec)
        copy.load_state_dict({n: v.detach().cpu() for n, v in self.network.state_dict().items()})
        return Model(described, copy.eval(), config.spec.footprint, "")


def learning_rate(config: TrainConfig, step: int) -> float:
    """Rate of a step: rising linearly, then falling to zero along a cosine."""
    if step < config.warmup:
        return config.learning_rate * (step + 1) / config.warmup
    length = config.schedule_steps or config.steps
    done = (step - config.warmup) / max(1, length - config.warmup)
    return config.learning_rate * (1 + cos(pi * done)) / 2
