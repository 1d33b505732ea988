"""TIFF files with damage in them."""

from io import BytesIO

import numpy as np
import tifffile
from hypothesis import given

from fuzzing import damaged, folder, fuzzed, own_errors_only
from napari_shift_unet.images import blocks, holds_labels, read_block, read_image

RNG = np.random.default_rng(0)


def _file(shape, dtype="uint8", **options):
    stream = BytesIO()
    pixels = RNG.integers(0, 200, shape).astype(dtype)
    tifffile.imwrite(stream, pixels, **options)
    return stream.getvalue()


GREY = {"photometric": "minisblack"}
FILES = [
    _file((9, 12), metadata=None, **GREY),
    _file((3, 9, 12), "uint16", imagej=True, resolution=(2, 2), metadata={"unit": "um"}),
    _file((2, 3, 9, 12), "uint16", imagej=True, metadata={"axes": "ZCYX", "spacing": 2.0}),
    _file((3, 20, 24), "float32", ome=True, metadata={"axes": "ZYX", "PhysicalSizeX": 0.5}, **GREY),
    _file((40, 40), compression="zlib", tile=(16, 16), **GREY),
    _file((40, 40), "uint32", compression="lzw", predictor=True, rowsperstrip=8, **GREY),
    _file((16, 16, 3), photometric="rgb", compression="jpeg"),
    _file((3, 16, 16), photometric="rgb", planarconfig="separate"),
    _file((9, 12), "int64", bigtiff=True, **GREY),
    _file((20, 20), byteorder=">", compression="packbits", **GREY),
    _file((12, 12), compression="zstd", **GREY),
]


@fuzzed
@given(damaged(FILES))
def test_damaged_tiff(content):
    with folder() as place:
        path = place / "a.tif"
        path.write_bytes(content)
        with own_errors_only():
            holds_labels(path)
        with own_errors_only():
            image = read_image(path)
            box = next(blocks(image.data), None)
            if box is not None:
                read_block(image.data, box)
