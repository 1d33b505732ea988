import gc
import tempfile
from pathlib import Path

import numpy as np
import pytest
import tifffile
from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.errors import InputError, OutputError
from napari_shift_unet.images import read_tiff, write_labels_tiff

UNITS = st.sampled_from(["pixel", "micrometer"])
SIZES = st.floats(1e-3, 1e3)


@st.composite
def _labels(draw):
    axes = draw(st.sampled_from(["yx", "zyx", "tyx", "tzyx"]))
    dtype = draw(st.sampled_from([np.uint8, np.uint16, np.int32, np.uint32, np.int64]))
    highest = min(draw(st.sampled_from([200, 65_535, 65_536, 2**32 - 1])), np.iinfo(dtype).max)
    shape = [draw(st.integers(2, 6)) for _ in axes]  # readers drop axes of length one
    labels = np.random.default_rng(draw(st.integers(0, 99))).integers(0, highest, shape, dtype)
    labels.flat[-1] = highest
    return axes, labels


@given(
    case=_labels(),
    data=st.data(),
    name=st.sampled_from(["a.tif", "a.ome.tif", "a.TIFF"]),
    unit=UNITS,
)
def test_labels_come_back_with_axes_scale_and_units(case, data, name, unit):
    axes, labels = case
    scale = tuple(data.draw(SIZES) for letter in axes if letter in "zyx")
    units = (unit,) * len(scale)
    with tempfile.TemporaryDirectory() as folder:
        write_labels_tiff(Path(folder) / name, labels, scale, units, axes=axes)
        image = read_tiff(Path(folder) / name)
    assert (image.axes, image.name, image.units) == (axes, "a", units)
    assert image.scale == pytest.approx(scale, rel=1e-6)
    assert image.data.dtype == (np.uint16 if labels.max() <= 65_535 else np.uint32)
    np.testing.assert_array_equal(image.data, labels)


@pytest.mark.parametrize(
    "units", [("micrometer", "pixel", "pixel"), ("pixel", "micrometer", "pixel")]
)
@pytest.mark.parametrize("name", ["a.tif", "a.ome.tif"])
def test_units_may_differ_between_axes(tmp_path, name, units):
    labels = np.arange(24).reshape(2, 3, 4)
    write_labels_tiff(tmp_path / name, labels, (2.0, 0.5, 0.25), units)
    image = read_tiff(tmp_path / name)
    assert image.units == units
    assert image.scale == pytest.approx((2.0, 0.5, 0.25))


def test_imagej_keeps_the_place(tmp_path):
    labels = np.arange(24).reshape(2, 3, 4)
    write_labels_tiff(tmp_path / "a.tif", labels, (2.0, 0.5, 0.3), translate=(10.0, -3.0, 0.0))
    assert read_tiff(tmp_path / "a.tif").translate == pytest.approx((10.0, -3.0, 0.0))


def test_labels_are_compressed_and_say_which_program_reads_them(tmp_path):
    labels = np.zeros((256, 256), np.int32)
    labels[3, 4] = 9
    write_labels_tiff(tmp_path / "small.tif", labels)
    labels[3, 4] = 70_000
    write_labels_tiff(tmp_path / "large.tif", labels)
    assert (tmp_path / "small.tif").stat().st_size < 5000
    with tifffile.TiffFile(tmp_path / "small.tif") as small:
        assert small.is_imagej
    with tifffile.TiffFile(tmp_path / "large.tif") as large:
        assert large.is_ome
        assert not large.is_bigtiff


def test_large_labels_go_to_bigtiff(tmp_path, monkeypatch):
    monkeypatch.setattr("napari_shift_unet.images.tiff.BIG_BYTES", 1000)
    labels = np.arange(900).reshape(30, 30)
    write_labels_tiff(tmp_path / "a.tif", labels, (0.5, 0.5), ("micrometer",) * 2)
    with tifffile.TiffFile(tmp_path / "a.tif") as file:
        assert file.is_bigtiff
    image = read_tiff(tmp_path / "a.tif")
    np.testing.assert_array_equal(image.data, labels)
    assert image.scale == (0.5, 0.5)


def test_lazy_labels_are_written(tmp_path, lazy):
    labels = np.arange(12).reshape(3, 4)
    write_labels_tiff(tmp_path / "a.tif", lazy(labels))
    np.testing.assert_array_equal(read_tiff(tmp_path / "a.tif").data, labels)


@pytest.mark.parametrize(
    ("shape", "axes", "message"),
    [
        ((2, 3, 4), "cyx", "t, z, y, x in this order can be written"),
        ((2, 3, 4, 5), "ztyx", "t, z, y, x in this order can be written"),
        ((3, 4), "zyx", "name 3 axes; the image has 2"),
    ],
)
def test_labels_of_other_axes_are_refused(tmp_path, shape, axes, message):
    with pytest.raises(InputError, match=message):
        write_labels_tiff(tmp_path / "a.tif", np.ones(shape, int), axes=axes)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_the_old_labels(tmp_path, monkeypatch):
    labels = np.arange(12).reshape(3, 4)
    write_labels_tiff(tmp_path / "a.tif", labels)

    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tifffile.TiffWriter, "write", fail)
    with pytest.raises(OutputError, match="the disk is full"):
        write_labels_tiff(tmp_path / "a.tif", labels + 1)
    assert [path.name for path in tmp_path.iterdir()] == ["a.tif"]
    np.testing.assert_array_equal(read_tiff(tmp_path / "a.tif").data, labels)


PLAIN = {"metadata": None, "photometric": "minisblack"}


@pytest.mark.parametrize(
    ("shape", "options", "axes"),
    [
        ((30, 40), PLAIN, "yx"),
        ((9, 30, 40), PLAIN, "zyx"),
        ((3, 30, 40), PLAIN, "cyx"),
        ((9, 30, 40), {"photometric": "minisblack"}, "zyx"),
        ((9, 30, 40), {"photometric": "minisblack", "metadata": {"axes": "TYX"}}, "tyx"),
        ((5, 2, 30, 40), {"photometric": "minisblack", "metadata": {"axes": "QCYX"}}, "zcyx"),
        ((5, 6, 30, 40), {"photometric": "minisblack", "metadata": {"axes": "RZYX"}}, "tzyx"),
        ((30, 40, 3), {"photometric": "rgb"}, "yxs"),
        ((30, 40, 4), {"photometric": "rgb", "extrasamples": ["unassalpha"]}, "yxs"),
        ((3, 30, 40), {"photometric": "rgb", "planarconfig": "separate"}, "cyx"),
        ((30, 40, 2), {"photometric": "minisblack", "planarconfig": "contig"}, "yxc"),
        ((2, 3, 4, 30, 40), {"imagej": True, "metadata": {"axes": "TZCYX"}}, "tzcyx"),
        (
            (4, 3, 30, 40),
            {"ome": True, "photometric": "minisblack", "metadata": {"axes": "CZYX"}},
            "czyx",
        ),
    ],
)
def test_axes_of_files_from_elsewhere(tmp_path, shape, options, axes, rng):
    pixels = rng.integers(0, 255, shape, np.uint8)
    tifffile.imwrite(tmp_path / "a.tif", pixels, **options)
    image = read_tiff(tmp_path / "a.tif")
    assert image.axes == axes
    assert image.scale == (1.0,) * len(image.spatial_axes)
    np.testing.assert_array_equal(image.data, pixels)


def test_too_many_unknown_axes_are_refused(tmp_path):
    pixels = np.zeros((2, 2, 2, 2, 4, 4), np.uint8)
    tifffile.imwrite(
        tmp_path / "a.tif", pixels, photometric="minisblack", metadata={"axes": "RTZCYX"}
    )
    with pytest.raises(InputError, match="axes 'RTZCYX'"):
        read_tiff(tmp_path / "a.tif")


@pytest.mark.parametrize(
    ("unit", "step", "scale", "known"),
    [
        ("micron", 0.65, 0.65, "micrometer"),
        ("\\u00B5m", 0.65, 0.65, "micrometer"),
        ("nm", 650.0, 0.65, "micrometer"),
        ("pixel", 2.0, 2.0, "pixel"),
        ("inch", 1 / 72, 1.0, "pixel"),
    ],
)
def test_units_of_imagej(tmp_path, unit, step, scale, known):
    pixels = np.zeros((4, 30, 40), np.uint16)
    metadata = {"axes": "ZYX", "unit": unit, "spacing": 3 * step}
    tifffile.imwrite(
        tmp_path / "a.tif", pixels, imagej=True, resolution=(1 / step, 1 / step), metadata=metadata
    )
    image = read_tiff(tmp_path / "a.tif")
    assert image.units == (known,) * 3
    expected = (scale,) * 3 if unit == "inch" else (3 * scale, scale, scale)
    assert image.scale == pytest.approx(expected)


def test_units_of_ome(tmp_path):
    metadata = {
        "axes": "ZYX",
        "PhysicalSizeX": 250.0,
        "PhysicalSizeXUnit": "nm",
        "PhysicalSizeY": 0.5,
        "PhysicalSizeZ": 7.0,
        "PhysicalSizeZUnit": "reference frame",
    }
    tifffile.imwrite(tmp_path / "a.ome.tif", np.zeros((4, 30, 40), np.uint8), metadata=metadata)
    image = read_tiff(tmp_path / "a.ome.tif")
    assert image.scale == (7.0, 0.5, 0.25)
    assert image.units == ("pixel", "micrometer", "micrometer")


def test_the_resolution_of_a_printer_is_no_pixel_size(tmp_path):
    tifffile.imwrite(
        tmp_path / "a.tif", np.zeros((9, 9), np.uint8), resolution=(300, 300), resolutionunit="INCH"
    )
    assert read_tiff(tmp_path / "a.tif").scale == (1.0, 1.0)


def test_pixels_come_in_the_byte_order_of_the_machine(tmp_path):
    pixels = np.arange(12, dtype=">u2").reshape(3, 4)
    tifffile.imwrite(tmp_path / "a.tif", pixels, byteorder=">")
    image = read_tiff(tmp_path / "a.tif")
    assert image.data.dtype.isnative
    np.testing.assert_array_equal(image.data, pixels)


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({"imagej": True}, np.memmap),
        ({"photometric": "minisblack", "compression": "zlib", "tile": (16, 16)}, None),
        ({"photometric": "minisblack", "compression": "zlib", "rowsperstrip": 8}, None),
    ],
)
def test_large_files_are_read_piece_by_piece(tmp_path, monkeypatch, rng, options, kind):
    pixels = rng.integers(0, 99, (5, 40, 50), np.uint16)
    tifffile.imwrite(tmp_path / "a.tif", pixels, **options)
    monkeypatch.setattr("napari_shift_unet.images.tiff.LAZY_BYTES", 1000)
    image = read_tiff(tmp_path / "a.tif")
    assert isinstance(image.data, kind) if kind else not isinstance(image.data, np.ndarray)
    assert image.data.shape == pixels.shape
    np.testing.assert_array_equal(image.data[1:3, 10:30, 7], pixels[1:3, 10:30, 7])
    np.testing.assert_array_equal(image.data[...], pixels)
    del image
    gc.collect()  # an open file would warn here


def test_pyramids_of_large_files_are_kept(tmp_path, monkeypatch, rng):
    pixels = rng.integers(0, 99, (64, 96), np.uint8)
    with tifffile.TiffWriter(tmp_path / "a.ome.tif") as file:
        file.write(pixels, tile=(16, 16), subifds=1, metadata={"axes": "YX"})
        file.write(pixels[::2, ::2], tile=(16, 16), subfiletype=1)
    monkeypatch.setattr("napari_shift_unet.images.tiff.LAZY_BYTES", 1000)
    image = read_tiff(tmp_path / "a.ome.tif")
    assert [level.shape for level in image.pyramid] == [(64, 96), (32, 48)]
    np.testing.assert_array_equal(image.levels[0][...], pixels[::2, ::2])
