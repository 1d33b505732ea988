"""Zarr stores whose metadata say other things than they should."""

import json

import numpy as np
import zarr
from hypothesis import given
from hypothesis import strategies as st

from fuzzing import folder, fuzzed, json_files, own_errors_only
from napari_shift_unet.images import (
    blocks,
    holds_labels,
    read_block,
    read_image,
    write_array_zarr,
    write_labels_ome_zarr,
)

LABELS = np.arange(48, dtype=np.uint16).reshape(6, 8)


def _documents():
    """Return what the files of two stores say, by version: the image's group and its array."""
    with folder() as place:
        write_labels_ome_zarr(place / "a.zarr", LABELS, (0.5, 0.5), ("micrometer",) * 2)
        new = [json.loads((place / "a.zarr" / n / "zarr.json").read_text()) for n in ("", "0")]
        write_array_zarr(place / "b.zarr", LABELS, "yx", (0.5, 0.5), dtype="float32")
        alone = json.loads((place / "b.zarr" / "zarr.json").read_text())
        group = zarr.create_group(place / "c.zarr", zarr_format=2)
        group.create_array("0", data=LABELS)
        array = json.loads((place / "c.zarr" / "0" / ".zarray").read_text())
    entry = new[0]["attributes"]["ome"]["multiscales"][0]
    old = {"multiscales": [{"version": "0.4", **entry}]}
    return (*new, alone), (old, array)


(GROUP, ARRAY, ALONE), (OLD_GROUP, OLD_ARRAY) = _documents()
PLAIN = (LABELS.tobytes(), b"", b"junk")


@st.composite
def stores(draw):
    """Files of a store by their names; one of the documents is twisted, the others are right."""
    parts = {
        "3": {"zarr.json": GROUP, "0/zarr.json": ARRAY},
        "alone": {"zarr.json": ALONE},
        "2": {".zgroup": {"zarr_format": 2}, ".zattrs": OLD_GROUP, "0/.zarray": OLD_ARRAY},
    }[draw(st.sampled_from(("3", "3", "alone", "2", "2")))]
    files = {name: json.dumps(document).encode() for name, document in parts.items()}
    wrong = draw(st.sampled_from(sorted(files)))
    files[wrong] = draw(json_files([parts[wrong]]))
    for name in ("0/c/0/0", "0/0.0", "c/0/0"):
        files[name] = draw(st.sampled_from(PLAIN))
    return files


@fuzzed
@given(stores())
def test_twisted_stores(files):
    with folder() as place:
        path = place / "a.zarr"
        for name, content in files.items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(content)
        with own_errors_only():
            holds_labels(path)
        with own_errors_only():
            image = read_image(path)
            for array in image.pyramid:
                box = next(blocks(array, 2**16), None)
                if box is not None:
                    read_block(array, box)
