"""The whole way from an image to labelled objects."""

from .embedded import EmbeddedImage
from .facts import run_facts
from .inputs import SegmentConfig, as_image, plan_image, select_for
from .pipeline import Segmentation, embed_image, finish, segment, segment_events

__all__ = [
    "EmbeddedImage",
    "SegmentConfig",
    "Segmentation",
    "as_image",
    "embed_image",
    "finish",
    "plan_image",
    "run_facts",
    "segment",
    "segment_events",
    "select_for",
]
