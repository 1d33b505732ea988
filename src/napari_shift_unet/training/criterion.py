"""What a training minimises: the loss of its method, with what that loss itself learns."""

from collections.abc import Callable, Sequence
from inspect import Parameter, signature
from math import log
from typing import ClassVar

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from ..errors import InputError
from ..networks.config import Method
from .config import TrainConfig
from .dataset import Sample
from .losses import (
    discriminative_loss,
    foreground_loss,
    semi_convolutional_loss,
    spatial_embedding_loss,
)

SIGMA_AT_START_PX = 4.0
"""Width of the steered kernel before it is learnt."""


class Criterion(nn.Module):
    """Loss of the embedding plus weighted loss of the foreground, averaged over a batch.

    Raises
    ------
    InputError
        On construction, for a setting that the method's loss does not have.
    """

    embedding_loss: ClassVar[Callable[..., Tensor]]
    """Takes the embedding, the labels and `further_inputs`; its settings are given by name."""
    teaches_foreground: ClassVar[bool] = False
    """Whether that loss makes something of the last channel, so that no other has to."""

    def __init__(self, config: TrainConfig) -> None:
        super().__init__()
        known = settings_of(type(self).embedding_loss)
        for name in config.loss:
            if name not in known:
                raise InputError(
                    f"loss.{name} is no setting of the {config.method} loss. "
                    f"Use {', '.join(known)}."
                )
        self.settings = dict(config.loss)
        self.has_foreground = config.spec.foreground
        self.foreground_weight = config.foreground_weight

    def forward(
        self, output: Float[Tensor, "b o *window"], labels: Int[Tensor, "b *window"]
    ) -> Float[Tensor, ""]:
        """Return the loss in single precision, whatever the network computes in."""
        windows = zip(output.float(), labels, strict=True)
        return torch.stack([self.of_window(channels, truth) for channels, truth in windows]).mean()

    def of_window(
        self, channels: Float[Tensor, "o *window"], labels: Int[Tensor, "*window"]
    ) -> Float[Tensor, ""]:
        """Return the loss of one window; the foreground logit, if any, is the last channel."""
        if not self.has_foreground:
            return self.of_embedding(channels, labels, None)
        embedding, logit = channels[:-1], channels[-1]
        loss = self.of_embedding(embedding, labels, logit)
        if self.teaches_foreground:
            return loss
        return loss + self.foreground_weight * foreground_loss(logit, labels)

    def of_embedding(
        self,
        embedding: Float[Tensor, "d *window"],
        labels: Int[Tensor, "*window"],
        logit: Float[Tensor, "*window"] | None,
    ) -> Float[Tensor, ""]:
        """Return the method's own part of the loss."""
        inputs = self.further_inputs(logit)
        return type(self).embedding_loss(embedding, labels, *inputs, **self.settings)

    def further_inputs(self, logit: Float[Tensor, "*window"] | None) -> tuple[Tensor | None, ...]:
        """Return what the method's loss looks at beside embedding and labels."""
        return ()

    def learnt(self) -> dict[str, float | bool]:
        """Return settings of `embeddings.ClusterConfig` that follow from the loss."""
        return {}


class Discriminative(Criterion):
    """Pull and push in the embedding; the background may be one of the instances."""

    embedding_loss = discriminative_loss

    def learnt(self) -> dict[str, float | bool]:
        """Return that the background is the largest cluster, if nothing else can tell it."""
        tells = not self.has_foreground and bool(self.settings.get("background"))
        return {"largest_is_background": True} if tells else {}


class SemiConvolutional(Criterion):
    """Pull together around a place of their own, and cut masks out with a kernel of learnt sigma.

    Raises
    ------
    InputError
        On construction, if the masks have no foreground to find their seeds in.
    """

    embedding_loss = semi_convolutional_loss

    def __init__(self, config: TrainConfig) -> None:
        super().__init__(config)
        self.log_sigma: nn.Parameter | None = None
        if self.settings.get("mask_weight"):
            if not self.has_foreground:
                raise InputError(
                    "loss.mask_weight needs a network with a foreground, whose most confident "
                    "pixels are the seeds. Set spec.foreground, or leave loss.mask_weight out."
                )
            self.log_sigma = nn.Parameter(torch.tensor(log(SIGMA_AT_START_PX)))

    def further_inputs(self, logit: Float[Tensor, "*window"] | None) -> tuple[Tensor | None, ...]:
        """Return the foreground logit and the width of the kernel."""
        return (logit, None if self.log_sigma is None else self.log_sigma.exp())

    def learnt(self) -> dict[str, float | bool]:
        """Return the width of the kernel in px."""
        if self.log_sigma is None:
            return {}
        return {"sigma": round(float(self.log_sigma.detach().exp()), 3)}


class SpatialEmbedding(Criterion):
    """Bring pixels within a learnt margin of their centre; the last channel is the seed map."""

    embedding_loss = spatial_embedding_loss
    teaches_foreground = True

    def further_inputs(self, logit: Float[Tensor, "*window"] | None) -> tuple[Tensor | None, ...]:
        """Return the one seed map."""
        return (None if logit is None else logit[None],)


CRITERIA: dict[Method, type[Criterion]] = {
    "discriminative": Discriminative,
    "semi-convolutional": SemiConvolutional,
    "spatial-embedding": SpatialEmbedding,
}


def make_criterion(config: TrainConfig) -> Criterion:
    """Return the criterion of a recipe's method.

    Raises
    ------
    InputError
        For a setting that the method's loss does not have.
    """
    return CRITERIA[config.method](config)


def check_background(config: TrainConfig, samples: Sequence[Sample]) -> None:
    """Refuse a training after which nothing would tell the background from objects.

    Raises
    ------
    InputError
        If there is background, but no foreground and no loss that holds the background together.
    """
    if config.spec.foreground or config.loss.get("background"):
        return
    if any((sample.labels == 0).any() for sample in samples):
        raise InputError(
            f"there is background in the masks, of which a {config.method} network without a "
            "foreground learns nothing. Set spec.foreground; or use the discriminative method with "
            "loss.background, for which the background is one more object."
        )


def settings_of(loss: Callable[..., Tensor]) -> list[str]:
    """Return the names of a loss's settings: its parameters that are given by name only."""
    parameters = signature(loss).parameters.items()
    return [name for name, parameter in parameters if parameter.kind is Parameter.KEYWORD_ONLY]
