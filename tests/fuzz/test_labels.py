"""Audits, repairs and scores of arrays that may be anything."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from fuzzing import folder, fuzzed, own_errors_only
from napari_shift_unet.evaluation import evaluate_files
from napari_shift_unet.images import write_labels_ome_zarr, write_labels_tiff
from napari_shift_unet.seams import audit, census, repair

TYPES = ("bool", "uint8", "int8", "uint16", "int32", "uint32", "int64", "uint64", "float32")
SHAPES = arrays.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=40).filter(
    lambda shape: np.prod(shape, dtype=np.int64) < 20_000
)
TILES = st.none() | st.integers(-2, 60) | st.lists(st.integers(-2, 60), max_size=4)
LETTERS = st.none() | st.text("tczyx", max_size=5)


@st.composite
def label_arrays(draw, shapes=SHAPES):
    """Few or many objects, flat or with extreme numbers."""
    dtype, shape = np.dtype(draw(st.sampled_from(TYPES))), draw(shapes)
    if draw(st.booleans()):
        return draw(arrays.arrays(dtype, shape))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    labels = rng.integers(0, draw(st.integers(1, 30)), shape)
    for axis in range(labels.ndim):
        labels = labels.repeat(draw(st.integers(1, 4)), axis) if labels.size < 5_000 else labels
    return labels.astype(dtype)


@fuzzed
@given(label_arrays(), LETTERS, TILES, TILES.filter(lambda offset: offset is not None))
def test_audits_of_any_array(labels, axes, tile, offset):
    with own_errors_only():
        found = audit(labels, axes=axes, tile=tile, offset=offset)
        mended = repair(found)
        census(mended.labels)


@fuzzed
@given(label_arrays(), label_arrays() | st.none(), TILES, st.integers(-2, 60), st.booleans())
def test_scores_of_any_files(labels, truth, tile, offset, as_zarr):
    write, suffix = (write_labels_ome_zarr, "zarr") if as_zarr else (write_labels_tiff, "tif")
    with folder() as place, own_errors_only():
        paths = [place / f"{name}.{suffix}" for name in ("labels", "truth")]
        for path, array in zip(paths, (labels, labels if truth is None else truth), strict=True):
            write(path, array)
        evaluate_files(*paths, tile=tile, offset=offset).facts  # noqa: B018
