"""The whole way from an image to labelled objects."""

from .again import predict_again
from .certificate import Certificate, Check, Refusal
from .certifying import certify_events
from .earlier import EarlierRun, run_at_hand, run_of_files
from .embedded import EmbeddedImage
from .facts import run_facts
from .inputs import SegmentConfig, as_image, plan_image, select_for
from .pipeline import Segmentation, embed_image, finish, segment, segment_events
from .prompting import label_prompts, prompt_events, region_of
from .prompts import Prompt, prompt_of_point, prompt_of_shape
from .renewed import Renewed
from .strips import predict_strips

__all__ = [
    "Certificate",
    "Check",
    "EarlierRun",
    "EmbeddedImage",
    "Prompt",
    "Refusal",
    "Renewed",
    "SegmentConfig",
    "Segmentation",
    "as_image",
    "certify_events",
    "embed_image",
    "finish",
    "label_prompts",
    "plan_image",
    "predict_again",
    "predict_strips",
    "prompt_events",
    "prompt_of_point",
    "prompt_of_shape",
    "region_of",
    "run_at_hand",
    "run_facts",
    "run_of_files",
    "segment",
    "segment_events",
    "select_for",
]
