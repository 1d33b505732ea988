"""What a large run is of: image, model, plan and settings, as a file in its folder keeps them."""

import json
from hashlib import sha256
from importlib.metadata import version
from typing import Literal

from pydantic import Field

from ..embeddings import ClusterConfig
from ..prediction import Precision
from ..settings import Settings

Stored = Literal["float16", "float32"]
VERSIONS_OF = ("napari-shift-unet", "torch", "numpy")


def versions() -> dict[str, str]:
    """Return the versions on which the bytes of a result may depend."""
    return {name: version(name) for name in VERSIONS_OF}


class ImageIdentity(Settings):
    """Which image, and how to notice that it has changed."""

    path: str | None
    """Where every process can read it; `None` for pixels that only this process has."""
    name: str
    axes: str
    shape: tuple[int, ...]
    dtype: str
    scale: tuple[float, ...]
    units: tuple[str, ...]
    translate: tuple[float, ...]
    files: str
    """SHA-256 of names, sizes and times of its files; empty without files."""
    pixels: str
    """SHA-256 of some of the pixels, or of all that are in memory."""


class ModelIdentity(Settings):
    """Which network."""

    name: str
    hash: str
    """SHA-256 of the model file, or of the weights of a network that was never saved."""
    in_folder: bool
    """Whether a copy lies in the folder of the run, for other processes."""


class Job(Settings):
    """All that decides the bytes of a result; sizes are in px per axis of the network."""

    format: Literal[1] = 1
    image: ImageIdentity
    channels: tuple[int, ...]
    """Of the image, counted from 0."""
    model: ModelIdentity
    tile: tuple[int, ...]
    """Output window of the network."""
    crop: tuple[int, ...]
    chunk: tuple[int, ...]
    """Of the stored arrays and of every unit of work: a multiple of the crop."""
    normalisation: tuple[tuple[float, float], ...] = ()
    """Intensities per channel that become 0 and 1; empty until they are measured."""
    blocks: tuple[int, ...]
    """What of a channel is read at once to measure them, with all its axes."""
    device: str
    precision: Precision
    stored: Stored
    """Type in which the network's output is kept, and from which objects are made."""
    clustering: ClusterConfig
    kept: bool = False
    """Whether the output is that of a finished run, beside whose results it still lies."""
    versions: dict[str, str] = Field(default_factory=versions)


def prediction_digest(job: Job) -> str:
    """Return the SHA-256 of all that decides the bytes of the network's output."""
    apart = {"clustering", "kept", "normalisation", "blocks"}
    described = job.model_dump(mode="json", exclude=apart)
    return sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()


_IMAGE_FIELDS = {
    "path": "its path",
    "shape": "its size",
    "dtype": "the type of its pixels",
    "axes": "its axes",
    "scale": "its pixel size",
    "units": "its units",
    "translate": "its place",
    "files": "its files were written again",
    "pixels": "its pixels",
}


def differences(before: Job, now: Job) -> list[str]:
    """Say in clauses in what two runs differ, but for the clustering; nothing if in nothing."""
    found = []
    if before.image != now.image:
        changed = [
            text
            for field, text in _IMAGE_FIELDS.items()
            if getattr(before.image, field) != getattr(now.image, field)
        ]
        found.append(f"the image has changed ({', '.join(changed) or 'its name'})")
    if before.model.hash != now.model.hash:
        old, new = (f"'{m.name}' {m.hash[:12]}" for m in (before.model, now.model))
        found.append(f"the model was {old} and is {new}")
    for field in ("tile", "crop", "chunk"):
        old_px, new_px = getattr(before, field), getattr(now, field)
        if old_px != new_px:
            found.append(f"the {field} of the plan was {list(old_px)} px and is {list(new_px)} px")
    for field in ("channels", "device", "precision", "stored", "versions"):
        if getattr(before, field) != getattr(now, field):
            found.append(f"{field} was {getattr(before, field)} and is {getattr(now, field)}")
    return found
