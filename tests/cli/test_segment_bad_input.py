import errno
import os
import pickle
import signal
import subprocess
import sys

import numpy as np
import pytest
import tifffile
import torch
from safetensors.numpy import save_file

from .conftest import blobs

GOOD = blobs((20, 24)).astype(np.float32)


def _with(value):
    pixels = GOOD.copy()
    pixels[3, 4] = value
    return pixels


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def refused(shift_unet, image, model, out):
    """Give the sentence by which a run is refused, of which nothing may be left."""

    def run(*arguments, image=image, model=model, output=out):
        before = sorted(output.rglob("*")) if output.is_dir() else []
        given = ("segment", image, "--output", output, "--model", model, *arguments)
        error = shift_unet(*given).error
        assert (sorted(output.rglob("*")) if output.is_dir() else []) == before
        assert not out.is_dir() or before
        return error

    return run


@pytest.mark.parametrize(
    ("pixels", "message"),
    [
        (_with(np.nan), "holds 1 NaN or infinite pixels"),
        (_with(np.inf), "holds 1 NaN or infinite pixels"),
        (np.full((20, 24), 7, np.uint8), "is constant: every pixel is 7"),
        (GOOD.astype(np.complex64), "complex"),
        (np.stack([GOOD] * 3, -1).astype(np.uint8), "RGB"),
    ],
)
def test_pixels_that_cannot_be_used(refused, tmp_path, pixels, message):
    path = tmp_path / "bad.tif"
    tifffile.imwrite(path, pixels, photometric="rgb" if pixels.ndim == 3 else "minisblack")
    assert message in refused(image=path)


def test_images_that_cannot_be_read(refused, tmp_path):
    (tmp_path / "empty.tif").touch()
    (tmp_path / "text.tif").write_text("no image")
    (tmp_path / "cells.docx").write_text("no image")
    tifffile.imwrite(tmp_path / "cut.tif", blobs((200, 200)))
    content = (tmp_path / "cut.tif").read_bytes()
    (tmp_path / "cut.tif").write_bytes(content[: len(content) // 2])
    assert "does not exist" in refused(image=tmp_path / "none.tif")
    assert "cannot be read" in refused(image=tmp_path / "empty.tif")
    assert "cannot be read" in refused(image=tmp_path / "text.tif")
    assert "cut.tif" in refused(image=tmp_path / "cut.tif")
    assert "docx" in refused(image=tmp_path / "cells.docx")
    assert "is a folder" in refused(image=tmp_path)


def test_dimensions_that_do_not_fit(refused, model_3d, tmp_path):
    assert "a 3D model needs z" in refused(model=model_3d)
    path = tmp_path / "six.tif"
    tifffile.imwrite(path, np.zeros((2, 2, 2, 2, 4, 5), np.uint8), photometric="minisblack")
    assert "axes" in refused(image=path)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--crop", 0), "crop is 0 px"),
        (("--crop", -4), "crop is -4 px"),
        (("--tile", 24, "--crop", 28), "crop is 28 px along y, beyond the output window of 24 px"),
        (("--crop", "big"), "--crop is 'big'"),
        (("--tile", 0), "tile is 0 px"),
        (("--tile", 24, 24, 24), "tile has 3 axes"),
        (("--channel", 1), "Channel 1"),
        (("--device", "abacus"), "abacus"),
        (("--bandwidth", 0), "bandwidth is 0"),
        (("--bandwidth", -1), "bandwidth is -1"),
        (("--bandwidth", "wide"), "wide"),
        (("--foreground-threshold", 2), "foreground_threshold is 2"),
        (("--min-size", -1), "min_size is -1"),
    ],
)
def test_settings_that_cannot_be_used(refused, arguments, message):
    assert message in refused(*arguments)


class _Bomb:
    def __reduce__(self):
        return os.mkdir, ("exploded",)


def test_model_files_that_cannot_be_used(refused, model, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = (
        "pickled.pt",
        "zipped.pt",
        "torn.safetensors",
        "foreign.safetensors",
        "text.safetensors",
    )
    pickled, zipped, torn, foreign, text = (tmp_path / name for name in names)
    pickled.write_bytes(pickle.dumps(_Bomb()))
    torch.save({"weight": torch.zeros(1)}, zipped)
    torn.write_bytes(model.read_bytes()[:-100])
    save_file({"weight": np.zeros(1)}, foreign)
    text.write_text("no model")
    assert "pickled" in refused(model=pickled)
    assert "never opened" in refused(model=zipped)
    assert "damaged" in refused(model=torn)
    assert "another program" in refused(model=foreign)
    assert "damaged or no model file" in refused(model=text)
    assert "does not exist" in refused(model=tmp_path / "none.safetensors")
    assert "is a folder" in refused(model=tmp_path)
    assert "there is no model 'nuclei-9d'" in refused(model="nuclei-9d")
    assert not (tmp_path / "exploded").exists()


def test_a_pickled_model_is_refused_under_any_name(refused, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "model.safetensors"
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        path.write_bytes(pickle.dumps(_Bomb(), protocol))
        assert "model.safetensors" in refused(model=path)
    assert not (tmp_path / "exploded").exists()


def test_targets_that_cannot_be_written(refused, tmp_path):
    (tmp_path / "file").write_text("mine")
    assert "is a file; results need a folder" in refused(output=tmp_path / "file")
    assert "is a file; results need a folder" in refused(output=tmp_path / "file" / "deeper")
    assert (tmp_path / "file").read_text() == "mine"


def test_a_read_only_target_is_refused_before_the_image_is_read(refused, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, _mode: path != tmp_path)
    assert "is read-only or not yours" in refused(image=tmp_path / "none.tif")


def test_a_full_target_keeps_the_earlier_run(shift_unet, image, model, out, monkeypatch):
    arguments = ("segment", image, "--output", out, "--model", model)
    assert shift_unet(*arguments).code == 0
    before = {path: path.read_bytes() for path in out.iterdir()}

    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("tifffile.TiffWriter.write", full)
    ran = shift_unet(*arguments, "--bandwidth", 3)
    assert (ran.code, ran.out) == (2, "")
    last = ran.err.splitlines()[-1]
    assert "labels.tif cannot be written: the disk is full" in last
    assert {path: path.read_bytes() for path in out.iterdir()} == before


def test_a_file_size_limit_is_an_error_in_one_line(image, model, out):
    limited = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64)); "
        "from napari_shift_unet.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", limited, "segment", image, "--output", out, "--model", model],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "Traceback" not in ran.stderr
    assert "cannot be written: File too large" in ran.stderr.splitlines()[-1]
    assert not out.exists()


def test_ctrl_c_leaves_nothing(model, out, tmp_path):
    path = tmp_path / "large.tif"
    tifffile.imwrite(path, blobs((3000, 3000)))
    command = [sys.executable, "-m", "napari_shift_unet.cli", "segment", path, "--output", out]
    with subprocess.Popen(
        [*command, "--model", model, "--tile", "8"], stderr=subprocess.PIPE, text=True
    ) as process:
        for line in iter(lambda: process.stderr.read(1), ""):
            if line == "%":  # the first sign of the progress bar
                break
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
    assert process.returncode == 130
    assert rest.splitlines()[-1].endswith("shift-unet: interrupted")
    assert "Traceback" not in rest
    assert not out.exists()
