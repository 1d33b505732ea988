"""What a training reads, as values that a thread may use."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ...images import Image, select

if TYPE_CHECKING:
    from ...training import Annotated, Split, TrainConfig


class TrainingData(Protocol):
    """Images and masks from anywhere."""

    @property
    def name(self) -> str:
        """What the model's card says of it."""

    def read(self, config: "TrainConfig") -> "Split":
        """Return normalised samples for training and for validation.

        Raises
        ------
        InputError
            If something is missing or does not match.
        """


@dataclass(frozen=True, eq=False)
class LayerData:
    """An image layer and a labels layer."""

    image: Image
    channels: int | Sequence[int]
    labels: np.ndarray
    """Along the axes of the image without its channels."""
    where: "Annotated | np.ndarray"
    """What counts as annotated: a rule, or a mask like `labels`."""
    margin_px: float
    """For the rule "near"."""
    labels_name: str

    @property
    def name(self) -> str:
        """What the model's card says of it."""
        return f"{self.image.name} with {self.labels_name}"

    def read(self, config: "TrainConfig") -> "Split":
        """Return a sample of every plane or volume that is annotated, of which some validate."""
        from ...training import annotated_mask, hold_out, read_layers

        selection = select(self.image, config.spec.ndim, self.channels)
        order = [self.image.axes.replace("c", "").index(axis) for axis in selection.axes]
        labels = self.labels.transpose(order)
        if isinstance(self.where, np.ndarray):
            mask = self.where.transpose(order)
        else:
            mask = annotated_mask(labels, self.where, self.margin_px)
        return hold_out(read_layers(selection, labels, mask, config.percentiles))


@dataclass(frozen=True)
class FolderData:
    """A folder with images/ and masks/."""

    folder: Path

    @property
    def name(self) -> str:
        """What the model's card says of it."""
        return self.folder.name

    def read(self, config: "TrainConfig") -> "Split":
        """Return the samples of train and val; a single image is divided."""
        from ...training import Split, hold_out, read_folder, split_names

        train, validation = (
            read_folder(self.folder, split, config.percentiles, config.spec.ndim)
            for split in ("train", "val")
        )
        names = [split_names(self.folder, split) for split in ("train", "val")]
        if names[0] == names[1]:
            return hold_out(train)
        count = len(train) + len(validation)
        return Split(train, validation, f"{len(validation)} of {count} images validate")
