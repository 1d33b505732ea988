"""A stand-in for arrays that stay in a file: it notes what is read and is never loaded whole."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zarr


class Lazy:
    """An array of which only small boxes can be read; it remembers how many pixels each one had."""

    def __init__(self, pixels: np.ndarray, limit: int, chunks: tuple[int, ...] | None) -> None:
        self.pixels, self.limit, self.reads = pixels, limit, []
        self.shape, self.dtype, self.ndim = pixels.shape, pixels.dtype, pixels.ndim
        if chunks is not None:
            self.chunks = chunks

    def __getitem__(self, key: Any) -> np.ndarray:
        block = self.pixels[key].copy()
        self.reads.append(block.size)
        if block.size > self.limit:
            raise AssertionError(f"{block.size} pixels were read at once")
        return block

    def __array__(self, *args: Any, **kwargs: Any) -> np.ndarray:
        raise AssertionError("the array was loaded whole")


@pytest.fixture(scope="session")
def lazy() -> Callable[..., Lazy]:
    """Make a `Lazy` of pixels: `lazy(pixels, limit=..., chunks=...)`."""

    def make(pixels: np.ndarray, limit: int = 2**62, chunks: tuple[int, ...] | None = None) -> Lazy:
        return Lazy(pixels, limit, chunks)

    return make


@pytest.fixture
def write_image() -> Callable[..., Path]:
    """Write arrays as an OME-Zarr image, the way other programs do."""

    def write(path, levels, axes, datasets=None, version="0.4", extra=None):
        zarr_format = 2 if version == "0.4" else 3
        datasets = datasets or [
            {
                "path": str(i),
                "coordinateTransformations": [{"type": "scale", "scale": [2.0**i] * len(axes)}],
            }
            for i in range(len(levels))
        ]
        entry = {"axes": axes, "datasets": datasets} | (extra or {})
        if version == "0.4":
            attributes = {"multiscales": [entry | {"version": version}]}
        else:
            attributes = {"ome": {"version": version, "multiscales": [entry]}}
        group = zarr.create_group(path, zarr_format=zarr_format, attributes=attributes)
        for i, pixels in enumerate(levels):
            group.create_array(str(i), data=pixels, chunks=tuple(min(n, 16) for n in pixels.shape))
        return path

    return write
