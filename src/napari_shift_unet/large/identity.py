"""How to notice, without reading all of it, that an image or a model is another one."""

import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import zarr

from ..geometry import UNetSpec
from ..images import Image, blocks, read_block
from ..networks import Model
from .job import ImageIdentity, ModelIdentity

SAMPLES, SIDE_PX = 16, 64
"""Boxes of an image outside of memory that are compared, and their length per axis."""


def identify_image(image: Image, path: Path | None) -> ImageIdentity:
    """Describe an image.

    Parameters
    ----------
    image
        In memory or lazy.
    path
        The file that it is, if another process can read it there.

    Raises
    ------
    InputError
        If a sample of it cannot be read.
    """
    return ImageIdentity(
        path=None if path is None else str(path.expanduser().resolve()),
        name=image.name,
        axes=image.axes,
        shape=tuple(map(int, image.data.shape)),
        dtype=str(np.dtype(image.data.dtype)),
        scale=tuple(map(float, image.scale)),
        units=image.units,
        translate=tuple(map(float, image.translate)),
        files="" if path is None else _digest_files(path, image.data),
        pixels=_digest_pixels(image.data),
    )


def identify_model(model: Model) -> ModelIdentity:
    """Describe a network, and say whether a copy of its file would be the same network."""
    # Files keep weights in half precision: only what came from a file comes out of one unchanged.
    in_folder = bool(model.hash) and isinstance(model.config.spec, UNetSpec)
    return ModelIdentity(
        name=model.config.name, hash=model.hash or _digest_weights(model), in_folder=in_folder
    )


def _digest_files(path: Path, data: Any) -> str:
    """Digest names, sizes and times; of a zarr store only those of the array that is read."""
    path = path.expanduser().resolve()
    if path.is_file():
        return _digest([_entry(path, path)])
    folder = path / data.path if isinstance(data, zarr.Array) else path
    files = (Path(root) / name for root, _, names in os.walk(folder) for name in names)
    return _digest(sorted(_entry(file, folder) for file in files))


def _entry(file: Path, folder: Path) -> bytes:
    known = file.stat()
    name = file.relative_to(folder).as_posix()
    return f"{name}|{known.st_size}|{known.st_mtime_ns}\n".encode()


def _digest_pixels(data: Any) -> str:
    if type(data) is np.ndarray:
        return _digest(np.ascontiguousarray(data[box]).tobytes() for box in blocks(data))
    shape = tuple(data.shape)
    room = [max(1, n - SIDE_PX) for n in shape]
    places = np.linspace(0, np.prod(room, dtype=np.float64) - 1, SAMPLES).astype(np.int64)
    starts = np.stack(np.unravel_index(places, room), axis=1).tolist() if 0 not in shape else []
    boxes = (
        tuple(slice(a, min(a + SIDE_PX, n)) for a, n in zip(start, shape, strict=True))
        for start in starts
    )
    return _digest(np.ascontiguousarray(read_block(data, box)).tobytes() for box in boxes)


def _digest_weights(model: Model) -> str:
    state = model.network.state_dict()
    return _digest(state[name].contiguous().numpy().tobytes() for name in sorted(state))


def _digest(parts: Any) -> str:
    digest = sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()
