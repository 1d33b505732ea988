import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import zarr
from scipy.ndimage import gaussian_filter

from napari_shift_unet.images import write_array_zarr
from napari_shift_unet.large import LargeRun, segment_large
from napari_shift_unet.segmentation import SegmentConfig
from seeing_model import write_seeing_model

CROP = 16
"""Of all runs here, in px: four periods."""


def spots(shape: tuple[int, ...], seed: int = 0, dtype: type = np.uint8) -> np.ndarray:
    """An image of bright spots that touch here and there."""
    smooth = gaussian_filter(np.random.default_rng(seed).random(shape), 1.5)
    return np.asarray((smooth - smooth.min()) / np.ptp(smooth) * 255).astype(dtype)


def store_in_bands(path: Path) -> None:
    """Store the image of a bench anew, in chunks of 10 rows."""
    names = ("y", "x")
    pixels, chunks = spots((40, 56)), (10, 56)
    zarr.create_array(path, data=pixels, chunks=chunks, dimension_names=names, overwrite=True)


@dataclass(frozen=True)
class Bench:
    """An image in a zarr store, a model, and how both are run in chunks of a few tiles."""

    image: Path
    model: Path
    folder: Path

    def run(self, **changes: object) -> LargeRun:
        """Run what is not finished."""
        settings = {"config": SegmentConfig(tile=CROP, device="cpu"), "stored": "float32"}
        target = changes.pop("folder", self.folder)
        return segment_large(self.image, target, **{"model": self.model, **settings, **changes})


@pytest.fixture(scope="session")
def seeing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Path of a model whose result can be told from the image; period 4 px."""
    return write_seeing_model(tmp_path_factory.mktemp("seeing") / "seeing.safetensors")


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of at most 2 tiles, whatever the memory."""
    monkeypatch.setattr("napari_shift_unet.large.preparing.chunk_pixels", lambda _: 2 * CROP**2)


@pytest.fixture
def bench(tmp_path: Path, seeing: Path, small_chunks: None) -> Bench:
    """A run of 6 chunks that has not begun."""
    write_array_zarr(tmp_path / "image.zarr", spots((40, 56)), "yx", dtype="uint8")
    return Bench(tmp_path / "image.zarr", seeing, tmp_path / "out")


def content(folder: Path) -> dict[str, bytes | dict[str, object]]:
    """Return what a folder of results holds, but for times."""
    found: dict[str, bytes | dict[str, object]] = {}
    for path in sorted(folder.rglob("*")):
        if path.name == "run.json":
            facts = json.loads(path.read_text("utf-8"))
            del facts["seconds"], facts["seconds_of"]
            if facts["certificate"]:
                del facts["certificate"]["seconds"]
            found[path.name] = facts
        elif path.is_file():
            found[str(path.relative_to(folder))] = path.read_bytes()
    return found


def labels_of(folder: Path) -> np.ndarray:
    """Return the labels of a folder of results in full resolution."""
    return np.asarray(zarr.open_array(folder / "labels.zarr" / "0", mode="r")[...])
