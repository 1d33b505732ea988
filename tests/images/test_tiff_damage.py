import numpy as np
import pytest
import tifffile

from napari_shift_unet.errors import InputError
from napari_shift_unet.images import read_tiff

PLAIN = {"metadata": None, "photometric": "minisblack"}
OPTIONS = {
    "imagej": {"imagej": True},
    "ome": {"ome": True, "photometric": "minisblack"},
    "plain": PLAIN,
    "zlib": {"compression": "zlib", "photometric": "minisblack"},
}


@pytest.mark.parametrize("part", [0.0, 0.001, 0.01, 0.05, 0.3, 0.7, 0.95])
@pytest.mark.parametrize("kind", OPTIONS)
def test_truncated_files_are_refused(tmp_path, kind, part, rng):
    tifffile.imwrite(
        tmp_path / "a.tif", rng.integers(0, 255, (6, 64, 64), np.uint8), **OPTIONS[kind]
    )
    whole = (tmp_path / "a.tif").read_bytes()
    (tmp_path / "a.tif").write_bytes(whole[: int(part * len(whole))])
    with pytest.raises(InputError, match=r"a\.tif (cannot be read as TIFF|is cut off)"):
        read_tiff(tmp_path / "a.tif")


def test_text_is_no_tiff(tmp_path):
    (tmp_path / "a.tif").write_text("once upon a time")
    with pytest.raises(InputError, match=r"a\.tif cannot be read as TIFF .*not a TIFF file"):
        read_tiff(tmp_path / "a.tif")


def test_damaged_bytes_never_escape_as_another_error(tmp_path, rng):
    pixels = rng.integers(0, 255, (3, 32, 32), np.uint8)
    tifffile.imwrite(tmp_path / "a.tif", pixels, imagej=True, compression="zlib")
    whole = np.frombuffer((tmp_path / "a.tif").read_bytes(), np.uint8)
    for _ in range(60):
        damaged = whole.copy()
        damaged[rng.integers(0, len(whole), 4)] = rng.integers(0, 255, 4)
        (tmp_path / "b.tif").write_bytes(damaged.tobytes())
        try:
            read_tiff(tmp_path / "b.tif")
        except InputError:
            continue


def test_a_codec_that_is_not_installed_is_named(tmp_path, monkeypatch):
    tifffile.imwrite(tmp_path / "a.tif", np.zeros((9, 9), np.uint8))

    def fail(*_, **__):
        raise ValueError("<COMPRESSION.LZW: 5> requires the 'imagecodecs' package")

    monkeypatch.setattr(tifffile.TiffPageSeries, "asarray", fail)
    with pytest.raises(InputError, match=r"COMPRESSION\.LZW.*pip install imagecodecs"):
        read_tiff(tmp_path / "a.tif")
