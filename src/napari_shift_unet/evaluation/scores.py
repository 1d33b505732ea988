"""Scores of one or many images: the mean over images, and of all objects together."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property, reduce
from operator import add
from typing import Any

import numpy as np

from .counts import Counts
from .distant_merges import DistantMerges


@dataclass(frozen=True)
class ImageScore:
    """One image."""

    name: str
    everywhere: Counts
    at_seams: Counts | None = None
    """`None` where no seams are known."""


@dataclass(frozen=True)
class Scores:
    """Images and their scores."""

    per_image: tuple[ImageScore, ...]
    distant: DistantMerges | None = None
    """Whether objects that were merged over a distance look alike; `None` without the images."""

    @property
    def images(self) -> int:
        """Number of images."""
        return len(self.per_image)

    @property
    def ap(self) -> dict[str, float]:
        """TP / (TP + FP + FN) by overlap, "0.5" to "0.95", mean over images."""
        ap: dict[str, float] = self.mean["ap"]
        return ap

    @cached_property
    def mean(self) -> dict[str, Any]:
        """Means over images of all that `numbers` gives."""
        return _mean([numbers(image.everywhere) for image in self.per_image])

    @cached_property
    def pooled(self) -> dict[str, Any]:
        """Numbers of all objects of all images together."""
        return numbers(_sum([image.everywhere for image in self.per_image]))

    @cached_property
    def at_seams(self) -> dict[str, Any] | None:
        """The same at seams, over the images that have an object there; `None` without seams."""
        known = [image.at_seams for image in self.per_image if image.at_seams is not None]
        if not known:
            return None
        there = [counts for counts in known if counts.objects or counts.found]
        facts: dict[str, Any] = {"images": len(there)}
        if there:
            facts |= _mean([numbers(counts) for counts in there])
            facts["pooled"] = numbers(_sum(there))
        return facts

    @property
    def facts(self) -> dict[str, Any]:
        """What `shift-unet evaluate --json` prints; plain JSON types."""
        return {
            "images": self.images,
            **self.mean,
            "pooled": self.pooled,
            "at_seams": self.at_seams,
            "distant": asdict(self.distant) if self.distant else None,
            "per_image": [
                {
                    "name": image.name,
                    **numbers(image.everywhere),
                    "at_seams": numbers(image.at_seams) if image.at_seams else None,
                }
                for image in self.per_image
            ],
        }


def numbers(counts: Counts) -> dict[str, Any]:
    """Return what is stated of an image, or of several together."""
    return {
        "ap": counts.ap,
        "f1": counts.f1,
        "panoptic_quality": counts.panoptic_quality,
        "false_splits": counts.false_splits,
        "false_merges": counts.false_merges,
        "distant_false_merges": counts.distant_false_merges,
        "objects": counts.objects,
        "found": counts.found,
    }


def _mean(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    def mean_of(values: Sequence[Any]) -> Any:
        if isinstance(values[0], dict):
            return {key: mean_of([value[key] for value in values]) for key in values[0]}
        return float(np.mean(values))

    return {key: mean_of([row[key] for row in rows]) for key in rows[0]}


def _sum(counts: Sequence[Counts]) -> Counts:
    return reduce(add, counts)
