from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import tifffile
import torch

from napari_shift_unet.cli import main
from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.networks import ModelConfig, UNet, save_model


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def error(self) -> str:
        """The only line that stays on stderr of a command that failed."""
        assert (self.code, self.out) == (2, "")
        lines = self.err.rpartition("\r")[2].splitlines()  # a slow machine shows a bar before
        assert len(lines) == 1, self.err
        assert lines[0].startswith("shift-unet: ")
        return lines[0].removeprefix("shift-unet: ")


@pytest.fixture
def shift_unet(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run the command line in this process."""

    def run(*arguments: object) -> Ran:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return run


def write_model(path: Path, **spec: object) -> Path:
    """Write a model with random weights; its period is 4 px, its context 20 px per side."""
    torch.manual_seed(0)
    described = UNetSpec(**{"width": 2, "factors": (2, 2), **spec})
    config = ModelConfig(
        name="tiny",
        method="semi-convolutional",
        spec=described,
        clustering={"bandwidth": 4.0, "foreground_threshold": 0.4, "min_size": 3},
        training_window=(12,) * described.ndim,
    )
    save_model(path, config, UNet(described).eval())
    return path


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Path of a tiny 2D model."""
    return write_model(tmp_path_factory.mktemp("model") / "tiny.safetensors")


@pytest.fixture(scope="session")
def model_3d(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Path of a tiny 3D model that pools z on its second level only."""
    path = tmp_path_factory.mktemp("model") / "tiny-3d.safetensors"
    return write_model(
        path, ndim=3, factors=((1, 2, 2), (2, 2, 2)), kernel=(1, 3, 3), embedding_dims=3
    )


def blobs(shape: tuple[int, ...]) -> np.ndarray:
    """A uint8 image with something to see."""
    grids = np.meshgrid(*(np.arange(n) for n in shape), indexing="ij")
    wave = sum(np.sin(grid / 3) for grid in grids) / len(shape)
    return np.asarray(127 + 120 * wave).astype(np.uint8)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """Path of a 2D image of 50 x 61 px."""
    path = tmp_path / "cells.tif"
    tifffile.imwrite(
        path,
        blobs((50, 61)),
        imagej=True,
        resolution=(4, 2),
        metadata={"axes": "YX", "unit": "um"},
    )
    return path


@pytest.fixture
def data(tmp_path: Path, rng: np.random.Generator) -> Path:
    """Path of a folder with three images of squares and their masks."""
    folder = tmp_path / "data"
    for name in ("images", "masks"):
        (folder / name).mkdir(parents=True)
    for index in range(3):
        masks = np.zeros((48, 40), np.uint16)
        for number, (y, x) in enumerate(rng.integers(4, 36, (6, 2)), start=1):
            masks[y - 3 : y + 4, x - 3 : x + 4] = number
        pixels = 50 + 100 * (masks > 0) + rng.integers(0, 20, masks.shape)
        tifffile.imwrite(folder / "images" / f"{index}.tif", pixels.astype(np.uint8))
        tifffile.imwrite(folder / "masks" / f"{index}.tif", masks)
    return folder
