"""PNG and JPEG files with damage in them; checksums are mended, to come past them."""

import struct
import zlib
from io import BytesIO

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fuzzing import damaged, folder, fuzzed, own_errors_only
from napari_shift_unet.images import read_image, to_grey

SIGNATURE = b"\x89PNG\r\n\x1a\n"
RNG = np.random.default_rng(0)


def _file(mode, kind, **options):
    stream = BytesIO()
    picture = Image.fromarray(RNG.integers(0, 200, (14, 17, 3), np.uint8)).convert(mode)
    picture.save(stream, kind, **options)
    return stream.getvalue()


PNGS = [_file(mode, "PNG") for mode in ("1", "L", "LA", "P", "RGB", "RGBA")]
JPEGS = [_file("L", "JPEG"), _file("RGB", "JPEG", progressive=True), _file("CMYK", "JPEG")]


def _mend(content):
    """Give the chunks of a PNG their checksums, as far as its lengths make sense."""
    mended, at = bytearray(content), len(SIGNATURE)
    while at + 12 <= len(content):
        stop = at + 8 + struct.unpack(">I", content[at : at + 4])[0]
        if stop + 4 > len(content):
            break
        mended[stop : stop + 4] = struct.pack(">I", zlib.crc32(content[at + 4 : stop]))
        at = stop + 4
    return bytes(mended)


@fuzzed
@given(
    damaged(PNGS).map(_mend).map(lambda content: (content, "png"))
    | damaged(JPEGS).map(lambda content: (content, "jpg")),
    st.booleans(),
)
def test_damaged_pictures(file, grey):
    content, suffix = file
    with folder() as place, own_errors_only():
        path = place / f"a.{suffix}"
        path.write_bytes(content)
        image = read_image(path)
        assert image.data.ndim == len(image.axes)
        if grey:
            to_grey(image)
