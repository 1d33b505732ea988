import numpy as np
import pytest
import zarr
from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.embeddings import (
    ChunkGrid,
    ClusterConfig,
    PixelEmbedding,
    label_chunks,
    label_instances,
)
from napari_shift_unet.embeddings.chunked.assembly import Assembly
from napari_shift_unet.embeddings.chunked.pieces import cut_pieces
from napari_shift_unet.embeddings.components import split_components
from napari_shift_unet.errors import InputError
from napari_shift_unet.generators import drain

configs = st.builds(
    ClusterConfig,
    bandwidth=st.sampled_from([0.4, 1.0, 2.5]),
    kernel=st.sampled_from(["flat", "gaussian"]),
    by_part=st.booleans(),
    split_components=st.booleans(),
    min_size=st.sampled_from([0, 2, 5, 12]),
    largest_is_background=st.booleans(),
    foreground_threshold=st.sampled_from([0.2, 0.5, 1.0]),
)


@st.composite
def grids(draw):
    """Cuts at any places, also into chunks of one pixel, in 2D and 3D."""
    ndim = draw(st.sampled_from((2, 3)))
    lengths = st.lists(st.integers(1, 5), min_size=1, max_size=4)
    sides = lengths.filter(lambda sizes: sum(sizes) <= (12 if ndim == 2 else 7))
    return ChunkGrid(tuple(tuple(draw(sides)) for _ in range(ndim)))


def embedded(seed, shape, has_foreground):
    """Blobs of a few kinds, with single pixels of others: many ties, small pieces and contacts."""
    rng = np.random.default_rng(seed)
    kinds = rng.integers(0, 4, [-(-n // 3) for n in shape])
    for axis, n in enumerate(shape):
        kinds = np.repeat(kinds, 3, axis=axis).take(range(n), axis=axis)
    odd = rng.random(shape) < 0.15
    kinds[odd] = rng.integers(0, 4, odd.sum())
    values = rng.integers(-3, 4, (4, 2)) * 1.5
    noise = rng.normal(0, rng.choice([0.01, 0.5]), (2, *shape))
    points = (np.moveaxis(values[kinds], -1, 0) + noise).astype(np.float32)
    confidence = np.where(rng.random(shape) < 0.7, 0.9, 0.1).astype(np.float32)
    return PixelEmbedding(points, confidence if has_foreground else None)


def in_chunks(pixels, grid, config, dtype=np.int32, **options):
    labels = np.full(grid.shape, 77, dtype)
    count = drain(label_chunks(lambda box: pixels[box], grid, config, labels, **options))
    assert count == labels.max()
    return labels


@given(st.integers(0, 2**32 - 1), grids(), configs, st.booleans(), st.booleans())
def test_chunks_give_the_labels_of_the_whole(seed, grid, config, has_foreground, apart):
    pixels = embedded(seed, grid.shape, has_foreground)
    scratch = np.zeros(grid.shape, np.int32) if apart else None
    labels = in_chunks(pixels, grid, config, scratch=scratch)
    np.testing.assert_array_equal(labels, label_instances(pixels, config))


@given(st.integers(0, 2**32 - 1), grids(), st.randoms(use_true_random=False))
def test_chunks_can_come_in_any_order(seed, grid, random):
    clusters = np.random.default_rng(seed).integers(0, 3, grid.shape)
    indices = list(grid)
    random.shuffle(indices)
    assembly, numbers = Assembly(), {}
    for index in indices:
        numbers[index], pieces = cut_pieces(clusters[grid.box(index)], grid, index, split=True)
        assembly.add(index, pieces)
    groups = assembly.groups()
    joined = np.zeros(grid.shape, int)
    for index, own in numbers.items():
        joined[grid.box(index)] = np.append(0, groups[assembly.place(index)])[own]
    np.testing.assert_array_equal(joined, split_components(clusters))


def test_pieces_that_meet_at_a_corner_of_four_chunks():
    """A corner joins what is alike, and is no face by which a small piece could be absorbed."""
    points = np.zeros((1, 4, 4), np.float32)
    points[0, 2, 2] = 9
    confidence = np.zeros((4, 4), np.float32)
    confidence[:2, :2] = confidence[2, 2] = 1
    quarters = ChunkGrid.regular((4, 4), (2, 2))
    labels = in_chunks(PixelEmbedding(points, confidence), quarters, ClusterConfig(min_size=2))
    np.testing.assert_array_equal(labels[2:, 2:], 0)
    alike = PixelEmbedding(0 * points, confidence)
    labels = in_chunks(alike, quarters, ClusterConfig(min_size=2))
    np.testing.assert_array_equal(labels, confidence)


def test_more_objects_than_16_bits_can_number():
    pixels = np.zeros((520, 520), np.float32)
    pixels[::2, ::2] = 1
    image = PixelEmbedding(np.zeros((1, *pixels.shape), np.float32), pixels)
    config = ClusterConfig(min_size=0)
    grid = ChunkGrid.regular(pixels.shape, (171, 256))
    labels = in_chunks(image, grid, config)
    assert labels.max() == 260 * 260 > 65_535
    np.testing.assert_array_equal(labels, label_instances(image, config))
    with pytest.raises(InputError, match="up to 67600, more than uint16 can hold"):
        in_chunks(image, grid, config, np.uint16)


def test_more_voxels_than_32_bits_can_count():
    """Two objects at the far end of 48 Ti voxels; a border between chunks cuts one."""
    far = 2**22
    grid = ChunkGrid(((3,), (far, 2), (far, 2, 2)))
    clusters = np.zeros((3, 2, 4), np.int64)
    clusters[1, :, 1:3] = 1
    clusters[0, 0, 3] = clusters[0, 1, 2] = 2
    assembly = Assembly()
    for index, columns in (((0, 1, 1), slice(0, 2)), ((0, 1, 2), slice(2, 4))):
        _, pieces = cut_pieces(clusters[:, :, columns], grid, index, split=True)
        assembly.add(index, pieces)
    plane = (far + 2) * (far + 4)
    assert pieces.firsts.tolist() == [far * (far + 4) + far + 3, plane + far * (far + 4) + far + 2]
    np.testing.assert_array_equal(assembly.labels(True, 2, False), [2, 1, 2])
    np.testing.assert_array_equal(assembly.labels(True, 3, False), [1, 1, 1])


def test_a_zarr_array_takes_the_labels(tmp_path):
    pixels, config = embedded(2, (12, 20), has_foreground=True), ClusterConfig(min_size=2)
    store = zarr.create_array(tmp_path / "labels.zarr", shape=(12, 20), chunks=(5, 8), dtype="i4")
    grid = ChunkGrid.regular(store.shape, store.chunks)
    count = drain(label_chunks(lambda box: pixels[box], grid, config, store))
    whole = label_instances(pixels, config)
    np.testing.assert_array_equal(store[:], whole)
    assert count == whole.max() > 1


def test_what_is_told_while_it_runs():
    pixels = embedded(0, (6, 7), has_foreground=True)
    grid = ChunkGrid.regular((6, 7), (4, 4))
    events = list(
        label_chunks(
            lambda box: pixels[box], grid, ClusterConfig(by_part=True), np.zeros((6, 7), np.uint8)
        )
    )
    told = [(event.stage, event.done, event.total) for event in events]
    assert told == [
        (s, n, 4) for s in ("parts", "summary", "pieces", "labels") for n in range(1, 5)
    ]
    assert [event.index for event in events[:4]] == list(grid)


def test_one_chunk_is_read_at_a_time():
    pixels = embedded(1, (9, 9), has_foreground=True)
    boxes = []

    def read(box):
        boxes.append(box)
        return pixels[box]

    grid = ChunkGrid.regular((9, 9), (4, 5))
    drain(label_chunks(read, grid, ClusterConfig(), np.zeros((9, 9), np.int32)))
    assert boxes == 2 * [grid.box(index) for index in grid]


@pytest.mark.parametrize("method", ["k-means", "hdbscan"])
def test_methods_that_need_the_whole_image_are_refused(method):
    pixels = embedded(0, (4, 4), has_foreground=True)
    with pytest.raises(InputError, match=f"{method}, which needs the whole image"):
        in_chunks(pixels, ChunkGrid(((4,), (4,))), ClusterConfig(method=method))


@pytest.mark.parametrize("by_part", [False, True])
def test_nan_in_the_foreground_is_refused(by_part):
    pixels = embedded(0, (4, 6), has_foreground=True)
    pixels.confidence[2, 4], pixels.points[0, 2, 4] = 1, np.nan
    with pytest.raises(InputError, match="of 1 pixels is NaN"):
        in_chunks(pixels, ChunkGrid(((4,), (3, 3))), ClusterConfig(by_part=by_part))


def test_more_parts_than_can_be_held_apart_are_refused(monkeypatch):
    monkeypatch.setattr("napari_shift_unet.embeddings.chunked.parts.MOST_PARTS", 1)
    pixels = PixelEmbedding(np.zeros((1, 1, 3), np.float32), np.array([[1, 0, 1]], np.float32))
    with pytest.raises(InputError, match="has 2 parts"):
        in_chunks(pixels, ChunkGrid(((1,), (3,))), ClusterConfig(by_part=True))


def test_an_image_of_another_size_is_refused():
    pixels = embedded(0, (4, 6), has_foreground=True)
    with pytest.raises(InputError, match=r"chunk \(0, 1\) has \(4, 2\) px instead of \(4, 3\)"):
        in_chunks(pixels, ChunkGrid(((4,), (4, 3))), ClusterConfig())


@pytest.mark.parametrize(
    "make",
    [
        lambda: ChunkGrid(((4, 0), (3,))),
        lambda: ChunkGrid(((4,), ())),
        lambda: ChunkGrid.regular((4, 4), (2, 0)),
        lambda: ChunkGrid.regular((4, 4), (2,)),
    ],
)
def test_chunks_without_pixels_are_refused(make):
    with pytest.raises(InputError, match="1 px at least"):
        make()
