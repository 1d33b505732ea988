"""From an image to labelled objects: what must hold of the whole way."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.embeddings import ClusterConfig
from napari_shift_unet.errors import InputError
from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.images import Image, discs
from napari_shift_unet.networks import Model, ModelConfig, UNet
from napari_shift_unet.prediction import drain
from napari_shift_unet.segmentation import SegmentConfig, embed_image, finish, segment

CLUSTERING = {"bandwidth": 0.3, "min_size": 1}


def random_model(seed: int = 0, method: str = "discriminative", **spec: object) -> Model:
    """Return a small network whose foreground and embedding vary from pixel to pixel."""
    torch.manual_seed(seed)
    sizes = {"width": 4, "factors": (2, 2), "convs": 1, "embedding_dims": 2, "batch_norm": False}
    described = UNetSpec(**{**sizes, **spec})
    network = UNet(described).eval()
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if name.endswith("bias"):
                parameter.fill_(0.2)  # so that no rectifier is silent
        network.head.weight.mul_(20)
        network.head.bias.zero_()
    config = ModelConfig(name="tiny", method=method, spec=described, clustering=CLUSTERING)
    return Model(config, network, described.footprint, "")


def noise(shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 255, shape, dtype=np.uint8)


@given(
    height=st.integers(3, 47),
    width=st.integers(3, 47),
    kept=st.integers(1, 6),
    padding=st.sampled_from(["valid", "same"]),
    upsampling=st.sampled_from(["learnt", "fixed"]),
    method=st.sampled_from(["discriminative", "semi-convolutional"]),
)
def test_legal_tilings_give_the_labels_of_the_whole_image(
    height: int, width: int, kept: int, padding: str, upsampling: str, method: str
) -> None:
    model = random_model(method=method, padding=padding, upsampling=upsampling)
    image = noise((height, width))
    tiled = segment(image, model=model, tile=4 * kept, crop="auto")
    whole = segment(image, model=model, tile=48, crop="auto")
    assert tiled.plan.legal
    assert len(whole.plan) == 1
    spread = np.ptp(whole.embedding)
    np.testing.assert_allclose(tiled.embedding, whole.embedding, atol=1e-5 * spread)
    np.testing.assert_array_equal(tiled.labels, whole.labels)


def test_an_illegal_crop_is_obeyed_marked_and_seen() -> None:
    model, image = random_model(), noise((61, 53))
    off = segment(image, model=model, tile=16, crop=14)
    on = segment(image, model=model, tile=16, crop=12)
    assert not off.facts["legal"]
    assert "14 px" in off.facts["reasons"][0]
    assert "12 or 16" in off.facts["reasons"][0]
    assert on.facts["legal"]
    assert np.abs(off.embedding - on.embedding).max() > 1e-3 * np.ptp(on.embedding)


def test_an_image_smaller_than_every_legal_input_is_padded() -> None:
    result = segment(noise((2, 3)), model=random_model())
    assert result.labels.shape == (2, 3)


def test_planes_have_ids_of_their_own_and_share_intensities() -> None:
    model = random_model()
    stack = noise((3, 32, 30))
    stack[2] //= 2
    result = segment(Image(stack, "tyx"), model=model)
    assert result.labels.shape == stack.shape
    assert result.embedding.shape == (2, *stack.shape)
    per_plane = [set(np.unique(plane)) - {0} for plane in result.labels]
    assert not per_plane[0] & per_plane[1]
    assert not per_plane[1] & per_plane[2]
    assert len(result.facts["image"]["intensity_range"]) == 1
    alone = segment(stack[2], model=model)
    assert np.abs(alone.embedding - result.embedding[:, 2]).max() > 0


def test_a_volume_is_one_object_space_for_a_3d_network() -> None:
    spec = {"ndim": 3, "factors": ((1, 2, 2), (2, 2, 2)), "method": "semi-convolutional"}
    model = random_model(embedding_dims=3, **spec)
    image = Image(noise((7, 21, 18)), "zyx", scale=(2.0, 0.5, 0.5), units=("micrometer",) * 3)
    tiled = segment(image, model=model, tile=(2, 8, 8))
    whole = segment(image, model=model)
    assert tiled.plan.crop == (2, 8, 8)
    np.testing.assert_array_equal(tiled.labels, whole.labels)
    assert "volume_um3" in tiled.objects
    np.testing.assert_allclose(
        tiled.objects["volume_um3"], tiled.objects["volume_px"] * 2.0 * 0.5 * 0.5
    )


def test_the_channel_is_the_one_that_was_chosen() -> None:
    model = random_model()
    pixels = np.stack([noise((40, 40), seed) for seed in (1, 2)])
    second = segment(Image(pixels, "cyx"), model=model, channel=1)
    alone = segment(pixels[1], model=model)
    np.testing.assert_array_equal(second.labels, alone.labels)
    first = segment(Image(pixels, "cyx"), model=model)
    np.testing.assert_array_equal(first.labels, segment(pixels[0], model=model).labels)


def test_a_network_of_two_channels_refuses_one() -> None:
    with pytest.raises(InputError, match=r"1 channel.*reads 2"):
        segment(noise((40, 40)), model=random_model(in_channels=2))


def test_clustering_follows_without_a_second_prediction() -> None:
    image, _ = discs((60, 60), radius=5, spacing=15)
    embedded = drain(embed_image(image, random_model(), SegmentConfig()))
    coarse = embedded.label(ClusterConfig(bandwidth=1e6, split_components=False, min_size=1))
    assert coarse.max() == 1
    fine = finish(embedded, ClusterConfig(bandwidth=0.1, min_size=1))
    assert fine.labels.max() == len(fine.objects) > 1


def test_facts_are_json_and_name_what_ran() -> None:
    result = segment(noise((40, 50)), model=random_model(), tile=16, bandwidth=0.4)
    facts = json.loads(json.dumps(result.facts))
    assert facts["period"] == [4, 4]
    assert facts["tile"] == list(result.plan.output_window)
    assert facts["tiles"] == len(result.plan)
    assert facts["clustering"]["bandwidth"] == 0.4
    assert facts["versions"]["torch"]
    assert facts["objects"] == len(result.objects)


@pytest.mark.parametrize(
    ("pixels", "says"),
    [
        (np.full((20, 20), np.nan), "NaN"),
        (np.full((20, 20), np.inf), "infinite"),
        (np.zeros((20, 20)), "constant"),
        (np.zeros((0, 20)), "empty"),
        (np.zeros((20, 20), complex), "complex"),
        (noise((20, 20, 3)), "RGB"),
        (np.arange(20.0), "axes"),
    ],
)
def test_pixels_that_cannot_be_used_are_named(pixels: np.ndarray, says: str) -> None:
    with pytest.raises(InputError, match=says):
        segment(pixels, model=random_model())
