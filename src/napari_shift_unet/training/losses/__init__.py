"""Losses of the methods; one file each, and one table that names them."""

from collections.abc import Callable
from inspect import signature

from jaxtyping import Float, Int
from torch import Tensor

from ...errors import InputError
from ...networks.config import Method
from .discriminative import discriminative_loss
from .foreground import foreground_loss
from .semi_convolutional import semi_convolutional_loss

EmbeddingLoss = Callable[..., Float[Tensor, ""]]

EMBEDDING_LOSSES: dict[Method, EmbeddingLoss] = {
    "discriminative": discriminative_loss,
    "semi-convolutional": semi_convolutional_loss,
}
"""Each takes ``(embedding (d, *space), labels (*space), **settings)``."""


def check_loss(method: Method, settings: dict[str, float | bool | None]) -> None:
    """Refuse a method without a loss, and settings that its loss does not have.

    Raises
    ------
    InputError
        One sentence with what there is.
    """
    if method not in EMBEDDING_LOSSES:
        known = " or ".join(EMBEDDING_LOSSES)
        raise InputError(f"method is {method}, for which there is no loss yet. Use {known}.")
    known_settings = list(signature(EMBEDDING_LOSSES[method]).parameters)[2:]
    for name in settings:
        if name not in known_settings:
            raise InputError(
                f"loss.{name} is no setting of the {method} loss. Use {', '.join(known_settings)}."
            )


def total_loss(
    output: Float[Tensor, "b o *window"],
    labels: Int[Tensor, "b *window"],
    method: Method,
    foreground_weight: float | None,
    settings: dict[str, float | bool | None],
) -> Float[Tensor, ""]:
    """Embedding loss plus weighted foreground loss, averaged over the batch.

    `foreground_weight` is `None` for a network without a foreground channel.
    """
    embedding_loss = EMBEDDING_LOSSES[method]
    losses = []
    for channels, truth in zip(output.float(), labels, strict=True):
        embedding = channels if foreground_weight is None else channels[:-1]
        loss = embedding_loss(embedding, truth, **settings)
        if foreground_weight is not None:
            loss = loss + foreground_weight * foreground_loss(channels[-1], truth)
        losses.append(loss)
    return sum(losses[1:], losses[0]) / len(losses)


__all__ = [
    "EMBEDDING_LOSSES",
    "check_loss",
    "discriminative_loss",
    "foreground_loss",
    "semi_convolutional_loss",
    "total_loss",
]
