"""Losses of one window, one file each; `training.criterion` puts them together."""

from .discriminative import discriminative_loss
from .foreground import foreground_loss
from .semi_convolutional import semi_convolutional_loss
from .spatial_embedding import spatial_embedding_loss
from .steered_mask import steered_mask_loss

__all__ = [
    "discriminative_loss",
    "foreground_loss",
    "semi_convolutional_loss",
    "spatial_embedding_loss",
    "steered_mask_loss",
]
