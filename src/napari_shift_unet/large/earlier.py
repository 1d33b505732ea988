"""A finished run in the same folder, whose prediction can be clustered anew."""

from pathlib import Path
from typing import Any

import zarr

from ..settings import read_json
from .job import Job, prediction_digest
from .opened import EMBEDDING

FACTS_OF_EARLIER = "earlier.json"
"""run.json of the finished run, kept beside what is unfinished."""
PREDICTED_FROM = "predicted_from"
"""Attribute of the stored output: SHA-256 of all that decides its bytes."""

_OTHER_LABELS = {"repair", "edited", "prompts"}
"""Facts of labels that somebody has changed or asked for in another way."""


def earlier_facts(folder: Path, job: Job) -> dict[str, Any] | None:
    """Return run.json of a finished run whose output is, to the byte, that of a job.

    `None` if there is none, or if it cannot be told.
    """
    try:
        stored = zarr.open_array(folder / EMBEDDING, mode="r")
        if stored.attrs.get(PREDICTED_FROM) != prediction_digest(job):
            return None
        facts = read_json(folder / "run.json")
        same = facts["model_hash"] == job.model.hash and facts["chunk"] == list(job.chunk)
        known = same and len(_ranges(facts)) == len(job.channels)
        known = known and not _OTHER_LABELS & facts.keys()
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
    return facts if known else None


def clustered_anew(job: Job, facts: dict[str, Any]) -> Job:
    """Return a job whose output is that of a finished run, of which these are the facts."""
    return job.model_copy(update={"normalisation": _ranges(facts), "kept": True})


def _ranges(facts: dict[str, Any]) -> tuple[tuple[float, float], ...]:
    return tuple((float(low), float(high)) for low, high in facts["image"]["intensity_range"])
