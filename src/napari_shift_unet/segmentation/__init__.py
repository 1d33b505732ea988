"""The whole way from an image to labelled objects."""

from .certificate import Certificate, Check, Refusal
from .certifying import certify_events
from .embedded import EmbeddedImage
from .facts import run_facts
from .inputs import SegmentConfig, as_image, plan_image, select_for
from .pipeline import Segmentation, embed_image, finish, segment, segment_events
from .prompting import label_prompts, prompt_events, region_of
from .prompts import Prompt, prompt_of_point, prompt_of_shape

__all__ = [
    "Certificate",
    "Check",
    "EmbeddedImage",
    "Prompt",
    "Refusal",
    "SegmentConfig",
    "Segmentation",
    "as_image",
    "certify_events",
    "embed_image",
    "finish",
    "label_prompts",
    "plan_image",
    "prompt_events",
    "prompt_of_point",
    "prompt_of_shape",
    "region_of",
    "run_facts",
    "segment",
    "segment_events",
    "select_for",
]
