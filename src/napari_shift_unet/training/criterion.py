"""What a training minimises: the loss of its method, with what that loss itself learns."""

from collections.abc import Callable
from inspect import Parameter, signature
from typing import ClassVar

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from ..errors import InputError
from ..networks.config import Method
from .config import TrainConfig
from .losses import discriminative_loss, foreground_loss, semi_convolutional_loss

EmbeddingLoss = Callable[..., Float[Tensor, ""]]


class Criterion(nn.Module):
    """Embedding loss plus weighted foreground loss, averaged over the windows of a batch.

    Raises
    ------
    InputError
        On construction, for a setting that the method's loss does not have.
    """

    embedding_loss: ClassVar[EmbeddingLoss]
    """Takes ``(embedding (d, *space), labels (*space), **settings)``."""

    def __init__(self, config: TrainConfig) -> None:
        super().__init__()
        known = settings_of(type(self).embedding_loss)
        for name in config.loss:
            if name not in known:
                raise InputError(
                    f"loss.{name} is no setting of the {config.method} loss. "
                    f"Use {', '.join(known) or 'none'}."
                )
        self.settings = dict(config.loss)
        self.foreground_weight = config.foreground_weight if config.spec.foreground else None

    def forward(
        self, output: Float[Tensor, "b o *window"], labels: Int[Tensor, "b *window"]
    ) -> Float[Tensor, ""]:
        """Return the loss in single precision, whatever the network computes in."""
        windows = zip(output.float(), labels, strict=True)
        return torch.stack([self.of_window(channels, truth) for channels, truth in windows]).mean()

    def of_window(
        self, channels: Float[Tensor, "o *window"], labels: Int[Tensor, "*window"]
    ) -> Float[Tensor, ""]:
        """Return the loss of one window; the foreground logit, if any, is its last channel."""
        loss = type(self).embedding_loss
        if self.foreground_weight is None:
            return loss(channels, labels, **self.settings)
        foreground = foreground_loss(channels[-1], labels)
        return loss(channels[:-1], labels, **self.settings) + self.foreground_weight * foreground

    def learnt(self) -> dict[str, float]:
        """Return settings of `embeddings.ClusterConfig` that were learnt with the weights."""
        return {}


class Discriminative(Criterion):
    """Pull and push in the embedding ([DB]; [R], section 4)."""

    embedding_loss = discriminative_loss


class SemiConvolutional(Criterion):
    """Pull together after adding the coordinates ([Nov], eq. 5)."""

    embedding_loss = semi_convolutional_loss


CRITERIA: dict[Method, type[Criterion]] = {
    "discriminative": Discriminative,
    "semi-convolutional": SemiConvolutional,
}


def make_criterion(config: TrainConfig) -> Criterion:
    """Return the criterion of a recipe's method.

    Raises
    ------
    InputError
        For a method without a loss, or a setting that its loss does not have.
    """
    if config.method not in CRITERIA:
        known = " or ".join(CRITERIA)
        raise InputError(f"the method {config.method} cannot be trained yet. Use {known}.")
    return CRITERIA[config.method](config)


def settings_of(loss: EmbeddingLoss) -> list[str]:
    """Return the names of a loss's settings: its parameters that are given by name only."""
    parameters = signature(loss).parameters.items()
    return [name for name, parameter in parameters if parameter.kind is Parameter.KEYWORD_ONLY]
