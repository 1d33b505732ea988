import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage.measure import label

from napari_shift_unet.embeddings import ClusterConfig, PixelEmbedding, label_instances
from napari_shift_unet.embeddings.config import ClusterMethod
from napari_shift_unet.embeddings.decoders import DECODERS
from napari_shift_unet.errors import InputError
from partitions import same_partition

DOTS = ClusterConfig(bandwidth=1.0, min_size=1)


def field_of_dots(shape, spacing, dims=3):
    """Square dots on a lattice: truth, foreground and an embedding that tells neighbours apart.

    Every third dot along an axis is embedded alike, as a periodic network does.
    """
    places = np.indices(shape)
    inside = np.all(places % spacing < spacing - 1, axis=0)
    dot = places // spacing
    counts = [-(-n // spacing) for n in shape]
    truth = np.where(inside, np.ravel_multi_index(tuple(dot), counts) + 1, 0)
    kind = np.ravel_multi_index(tuple(dot % 3), (3,) * len(shape))
    values = np.random.default_rng(5).permutation(27 * dims).reshape(27, dims) * 3.0
    embedding = np.moveaxis(values[kind], -1, 0).astype(np.float32)
    return truth, inside.astype(np.float32), embedding


@pytest.mark.parametrize("shape", [(20, 23), (9, 10, 11)])
def test_dots_are_found(rng, shape):
    truth, foreground, embedding = field_of_dots(shape, 4)
    embedding += rng.normal(0, 0.1, embedding.shape).astype(np.float32)
    labels = label_instances(PixelEmbedding(embedding, foreground), DOTS)
    assert labels.dtype == np.int32
    assert same_partition(labels, truth)
    ids, first = np.unique(labels.ravel(), return_index=True)
    np.testing.assert_array_equal(ids, np.arange(len(ids)))
    assert (np.diff(first[1:]) > 0).all()


def test_look_alikes_are_one_object_unless_split():
    truth, foreground, embedding = field_of_dots((24, 24), 4)
    together = DOTS.model_copy(update={"split_components": False})
    assert label_instances(PixelEmbedding(embedding, foreground), together).max() == 9
    assert (
        label_instances(PixelEmbedding(embedding, foreground), DOTS).max()
        == 36
        == len(np.unique(truth)) - 1
    )


@given(
    seed=st.integers(0, 2**32 - 1),
    shape=st.sampled_from([(1, 9), (12, 13), (5, 6, 7)]),
    bandwidth=st.floats(0.2, 3),
    kernel=st.sampled_from(["flat", "gaussian"]),
)
def test_parts_are_grouped_as_if_each_were_alone(seed, shape, bandwidth, kernel):
    rng = np.random.default_rng(seed)
    foreground = rng.uniform(size=shape).astype(np.float32)
    # Groups that are clear, a few bandwidths apart: ties would be broken by the whole image.
    groups = 6 * bandwidth * rng.integers(0, 3, (3, *shape))
    embedding = (groups + rng.normal(0, bandwidth / 20, groups.shape)).astype(np.float32)
    config = ClusterConfig(
        bandwidth=bandwidth, kernel=kernel, min_size=0, foreground_threshold=0.6, by_part=True
    )
    parts = label(foreground >= 0.6, connectivity=len(shape))
    alone, count = np.zeros(shape, int), 0
    for part in range(1, parts.max() + 1):
        its_own = np.where(parts == part, foreground, 0)
        config_of_one = config.model_copy(update={"by_part": False})
        found = label_instances(PixelEmbedding(embedding, its_own), config_of_one)
        alone[found > 0] = found[found > 0] + count
        count += found.max()
    assert same_partition(label_instances(PixelEmbedding(embedding, foreground), config), alone)


def test_a_part_alone_tells_no_lookalikes_apart_elsewhere():
    _, foreground, embedding = field_of_dots((24, 24), 4)
    together = DOTS.model_copy(update={"split_components": False, "by_part": True})
    assert label_instances(PixelEmbedding(embedding, foreground), together).max() == 36


def test_without_a_foreground_every_pixel_belongs_to_an_object():
    _, foreground, embedding = field_of_dots((12, 12), 4)
    embedding[:, foreground == 0] = -50
    labels = label_instances(PixelEmbedding(embedding), DOTS)
    assert labels.min() == 1
    assert len(np.unique(labels[foreground == 0])) == 1
    assert labels.max() == 10


def test_the_largest_group_can_be_the_background():
    truth, foreground, embedding = field_of_dots((13, 12), 4)
    embedding[:, foreground == 0] = -50
    config = DOTS.model_copy(update={"largest_is_background": True})
    labels = label_instances(PixelEmbedding(embedding), config)
    assert same_partition(labels, truth)
    with_foreground = label_instances(PixelEmbedding(embedding, np.ones_like(foreground)), config)
    assert with_foreground.min() == 1, "a foreground knows better"
    assert label_instances(PixelEmbedding(embedding * 0), config).max() == 0


def test_foreground_threshold_counts_itself():
    embedding = np.zeros((2, 1, 4), np.float32)
    foreground = np.array([[0.2, 0.5, 0.7, 0.9]], np.float32)
    found = [
        label_instances(
            PixelEmbedding(embedding, foreground), ClusterConfig(foreground_threshold=t, min_size=1)
        )
        for t in (0.5, 0.71)
    ]
    np.testing.assert_array_equal(found, [[[0, 1, 1, 1]], [[0, 0, 0, 1]]])


def test_min_size_gives_fragments_to_their_neighbour():
    embedding = np.zeros((1, 10, 10), np.float32)
    embedding[0, 4:6, 4:6] = 9
    embedding[0, :, 8:] = 20
    for min_size, objects in ((4, 3), (5, 2), (21, 1)):
        config = ClusterConfig(bandwidth=1, min_size=min_size)
        labels = label_instances(PixelEmbedding(embedding), config)
        assert labels.max() == objects
        assert labels.min() == 1


def test_no_foreground_at_all():
    labels = label_instances(
        PixelEmbedding(np.zeros((2, 5, 6), np.float32), np.zeros((5, 6), np.float32)), DOTS
    )
    np.testing.assert_array_equal(labels, np.zeros((5, 6)))
    assert labels.dtype == np.int32


@given(seed=st.integers(0, 2**32 - 1), axes=st.permutations(range(2)))
def test_a_turned_image_gives_turned_objects(seed, axes):
    rng = np.random.default_rng(seed)
    embedding = rng.normal(0, 1, (2, 12, 15)).astype(np.float32)
    foreground = rng.random((12, 15), np.float32)
    config = ClusterConfig(bandwidth=0.8, min_size=0)
    labels = label_instances(PixelEmbedding(embedding, foreground), config)
    turned = label_instances(
        PixelEmbedding(
            embedding[:, ::-1, ::-1].transpose(0, *(1 + a for a in axes)),
            foreground[::-1, ::-1].transpose(axes),
        ),
        config,
    )
    assert same_partition(turned, labels[::-1, ::-1].transpose(axes))


def test_nan_in_the_foreground_is_refused_and_outside_it_does_not_matter():
    embedding = np.zeros((2, 4, 4), np.float32)
    embedding[0, 1, 1] = np.nan
    foreground = np.ones((4, 4), np.float32)
    with pytest.raises(InputError, match="of 1 pixels is NaN"):
        label_instances(PixelEmbedding(embedding, foreground), DOTS)
    foreground[1, 1] = 0
    assert label_instances(PixelEmbedding(embedding, foreground), DOTS).sum() == 15


@pytest.mark.parametrize(
    "values",
    [
        {"bandwidth": 0},
        {"bandwidth": float("inf")},
        {"foreground_threshold": 1.1},
        {"min_size": -1},
        {"kernel": "cubic"},
        {"method": "watershed"},
        {"bandwith": 1},
    ],
)
def test_settings_that_cannot_be(values):
    with pytest.raises(InputError):
        ClusterConfig(**values)


def test_every_method_has_a_decoder():
    assert tuple(DECODERS) == ClusterMethod.__args__


@pytest.mark.parametrize("has_foreground", [True, False])
def test_only_the_pixels_asked_for_are_grouped(has_foreground):
    truth, foreground, embedding = field_of_dots((20, 24), 4)
    within = np.zeros(truth.shape, bool)
    within[8:16, 4:20] = True
    pixels = PixelEmbedding(embedding, foreground if has_foreground else None)
    labels = label_instances(pixels, DOTS, within)
    if has_foreground:
        assert same_partition(labels, np.where(within, truth, 0))
    assert not labels[~within].any()
    assert not label_instances(pixels, DOTS, np.zeros_like(within)).any()
