"""An image after its prediction, to be clustered as often as the user likes."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ..embeddings import (
    ClusterConfig,
    Foreground,
    PixelEmbedding,
    clustering_of,
    confidence,
    embed,
    embed_foreground,
    label_listed,
    measure_objects,
)
from ..images import Normalisation, Selection
from ..networks import Model
from ..prediction import Prediction, drain
from .certificate import Certificate, Refusal
from .inputs import first_channel


@dataclass(frozen=True)
class EmbeddedImage:
    """A predicted image, before and for every clustering."""

    selection: Selection
    model: Model
    prediction: Prediction
    normalisations: tuple[Normalisation, ...]
    certificate: Certificate | Refusal | None = None
    """`None` where only a part was predicted."""

    @property
    def raw(self) -> np.ndarray:
        """Embedding channels as the network returned them, `(d, *space)`; see `Selection.axes`."""
        return self.prediction.output[: self.model.config.spec.embedding_dims]

    @cached_property
    def foreground(self) -> np.ndarray | None:
        """Probability of the foreground, or seed score, `(*axes)` float32; `None` without."""
        if not self.model.config.spec.foreground:
            return None
        return confidence(self.prediction.output)

    @property
    def embedding(self) -> np.ndarray:
        """Embedding in whole-image coordinates, `(d, *space)` float32."""
        planes = [self.pixels_of(index).points for index in self.plane_indices()]
        stacked: np.ndarray = np.stack(planes, axis=1)
        return stacked.reshape(len(stacked), *self.selection.shape)

    @property
    def default_clustering(self) -> ClusterConfig:
        """The settings that the model was validated with."""
        return clustering_of(self.model.config)

    def plane_indices(self) -> Sequence[tuple[int, ...]]:
        """Positions along the axes that were gone through plane by plane."""
        count = len(self.selection.loop_axes)
        return list(np.ndindex(*self.selection.shape[:count]))

    def pixels_of(
        self, index: tuple[int, ...] = (), box: tuple[slice, ...] | None = None
    ) -> PixelEmbedding:
        """Return what one plane, or a box of it, is clustered by, in whole-image coordinates."""
        card, (part, origin) = self.model.config, self._part(index, box)
        return embed(part, card.method, card.spec.foreground, origin)

    def foreground_of(
        self, index: tuple[int, ...], box: tuple[slice, ...] | None, threshold: float
    ) -> Foreground:
        """Return those pixels of one plane, or a box of it, that reach a probability."""
        card, (part, origin) = self.model.config, self._part(index, box)
        return embed_foreground(part, card.method, card.spec.foreground, threshold, origin)

    def _part(
        self, index: tuple[int, ...], box: tuple[slice, ...] | None
    ) -> tuple[np.ndarray, list[int]]:
        """Return the output in one plane, or a box of it, and where it begins."""
        plane = np.moveaxis(self.prediction.output, 0, len(index))[index]
        box = box or (slice(0, None),) * (plane.ndim - 1)
        return plane[(slice(None), *box)], [side.start for side in box]

    def label(self, clustering: ClusterConfig | None = None) -> np.ndarray:
        """Return int32 labels of all planes; ids are unique over the whole image."""
        return drain(self.label_events(clustering))

    def label_events(
        self, clustering: ClusterConfig | None = None
    ) -> Generator[None, None, np.ndarray]:
        """Label as `label` does, with an event after each plane."""
        config = clustering or self.default_clustering
        labels = np.zeros(self.selection.shape, np.int32)
        highest = 0
        for index in self.plane_indices():
            foreground = self.foreground_of(index, None, config.foreground_threshold)
            found = label_listed(foreground, config)
            np.add(found, highest, out=found, where=found > 0)
            labels[index] = found
            highest = max(highest, int(found.max(initial=0)))
            yield
        return labels

    def label_region(
        self, index: tuple[int, ...], box: tuple[slice, ...], clustering: ClusterConfig
    ) -> np.ndarray:
        """Return int32 labels of a box of one plane; objects at its edges end there."""
        found = self.foreground_of(index, box, clustering.foreground_threshold)
        return label_listed(found, clustering)

    def measure(self, labels: np.ndarray) -> pd.DataFrame:
        """Return one row per label of all planes; intensities are those of the first channel."""
        image, axes = self.selection.image, self.selection.axes
        return measure_objects(
            labels,
            first_channel(self.selection),
            scale=image.scale_along(axes),
            units=image.units_along(axes),
            axes=axes,
        )
