"""Windows drawn from an image that tells its own coordinates."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter
from torch import Tensor

from napari_shift_unet.training import Augmentation, Sample
from napari_shift_unet.training.augment import _blur, draw_window

INTENSITIES: dict[str, Any] = {
    "gamma": (1, 1),
    "gain": (1, 1),
    "offset": (0, 0),
    "noise": 0,
    "blur_px": 0,
}
UPRIGHT: dict[str, Any] = {"scale": (1, 1), "rotate": False, "elastic_px": 0}


def _sample(shape: tuple[int, ...]) -> Sample:
    """Return an image whose channels are coordinates and whose labels number the pixels from 1."""
    image = np.indices(shape).astype(np.float32)
    labels = np.arange(1, 1 + np.prod(shape), dtype=np.int32).reshape(shape)
    return Sample("coordinates", image, labels)


def _draw(sample: Sample, seed: int, *, window: Any = None, context: Any = None,
          **settings: Any) -> tuple[Tensor, Tensor]:  # fmt: skip
    ndim = sample.labels.ndim
    generator = torch.Generator().manual_seed(seed)
    augmentation = Augmentation(**{**INTENSITIES, **settings})
    return draw_window(
        sample, window or (10, 14, 12)[-ndim:], context or (3,) * ndim, augmentation, generator
    )


shapes = st.sampled_from([(40, 31), (3, 90), (9, 30, 41)])


@given(shapes, st.integers(0, 999), st.booleans(), st.sampled_from([0.0, 2.0]))
def test_labels_follow_the_image(
    shape: tuple[int, ...], seed: int, rotate: bool, elastic_px: float
) -> None:
    context = (2, 5, 3)[-len(shape) :]
    image, labels = _draw(
        _sample(shape), seed, context=context, rotate=rotate, elastic_px=elastic_px
    )
    window = (10, 14, 12)[-len(shape) :]
    assert image.dtype == torch.float32
    assert image.shape == (len(shape), *(w + 2 * c for w, c in zip(window, context, strict=True)))
    assert labels.shape == window
    assert labels.dtype == torch.int64
    inner = image[:, *(slice(c, c + w) for c, w in zip(context, window, strict=True))]
    inside = labels >= 0
    places = np.stack(np.unravel_index(labels[inside].numpy() - 1, shape))
    assert np.abs(inner[:, inside].numpy() - places).max(initial=0) <= 0.5 + 1e-3
    assert set(labels[~inside].tolist()) <= {-1}


@given(st.integers(0, 99))
def test_a_window_around_the_whole_image_holds_each_pixel_once_and_is_not_annotated_beyond(
    seed: int,
) -> None:
    sample = _sample((9, 12))
    image, labels = _draw(sample, seed, window=(128, 128), context=(0, 0), **UPRIGHT)
    inside = labels >= 0
    assert sorted(labels[inside].tolist()) == list(range(1, 109))
    assert (labels[~inside] == -1).all()
    rows, columns = inside.any(1).nonzero()[:, 0], inside.any(0).nonzero()[:, 0]
    assert inside[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].all()
    assert image[0].min() >= 0
    assert image[0].max() <= 8
    assert image[1].max() <= 11


def test_beyond_the_edge_the_image_is_reflected() -> None:
    image, labels = _draw(_sample((9, 12)), 0, window=(128, 128), context=(0, 0), **UPRIGHT)
    inside = (labels >= 0).nonzero()
    first = inside[0]
    for channel, last in zip(image, (8, 11), strict=True):
        along = 0 if channel.diff(dim=0).abs().max() > 0.5 else 1
        line = channel[:, first[1]] if along == 0 else channel[first[0]]
        start = int(first[along])
        slope = (line[start + 4] - line[start + 3]).sign()
        unfolded = line[start + 4] + slope * (torch.arange(128) - start - 4)
        folded = last - (unfolded.remainder(2 * last) - last).abs()
        torch.testing.assert_close(line, folded, atol=1e-3, rtol=0)


def test_the_same_generator_draws_the_same_window_and_another_one_another() -> None:
    sample = _sample((40, 31))
    settings = {"noise": 0.1, "blur_px": 1.0}
    image, labels = _draw(sample, 3, **settings)
    again, same = _draw(sample, 3, **settings)
    assert torch.equal(image, again)
    assert torch.equal(labels, same)
    other, different = _draw(sample, 4, **settings)
    assert not torch.equal(image, other)
    assert not torch.equal(labels, different)


def test_the_sample_is_not_changed() -> None:
    sample = _sample((40, 31))
    image, labels = sample.image.copy(), sample.labels.copy()
    for seed in range(5):
        drawn, _ = _draw(sample, seed, noise=0.5)
        drawn[:] = 0
    np.testing.assert_array_equal(sample.image, image)
    np.testing.assert_array_equal(sample.labels, labels)


def test_magnification() -> None:
    image, _ = _draw(_sample((400, 400)), 0, **{**UPRIGHT, "scale": (2, 2)})
    steps = torch.stack([image.diff(dim=1)[0].abs().median(), image.diff(dim=2)[1].abs().median()])
    turned = torch.stack([image.diff(dim=1)[1].abs().median(), image.diff(dim=2)[0].abs().median()])
    torch.testing.assert_close(torch.maximum(steps, turned), torch.full((2,), 0.5))


def test_four_windows_of_five_lie_on_an_object() -> None:
    labels = np.zeros((500, 500), np.int64)
    labels[10:20, 470:480] = 5
    sample = Sample("lonely", np.zeros((1, 500, 500), np.float32), labels)
    drawn = [
        _draw(sample, seed, window=(80, 80), context=(0, 0), **UPRIGHT)[1] for seed in range(60)
    ]
    hits = sum(bool((window == 5).any()) for window in drawn)
    assert 36 <= hits <= 58


def _two_objects() -> Sample:
    labels = np.zeros((900, 900), np.int32)
    labels[20:22, 870:872], labels[500:700, 100:300] = 7, 70_000
    return Sample("small and large", np.zeros((1, 900, 900), np.float32), labels)


def test_small_objects_are_drawn_as_often_as_large_ones() -> None:
    settings = {"window": (30, 30), "context": (0, 0), **UPRIGHT}
    drawn = [_draw(_two_objects(), seed, **settings)[1] for seed in range(100)]
    small, large = (sum(bool((window == n).any()) for window in drawn) for n in (7, 70_000))
    assert 25 <= small <= 55, "two draws of five"
    assert 25 <= large <= 60, "as many, and now and then any place"


def test_the_object_lies_near_the_centre_of_its_window() -> None:
    settings = {"window": (60, 60), "context": (0, 0), **UPRIGHT}
    distances = []
    for seed in range(60):
        _, window = _draw(_two_objects(), seed, **settings)
        if (window == 7).any():
            distances.append(((window == 7).nonzero().float().mean(0) - 29.5).abs().max())
    assert max(distances) <= 60 / 6 + 1.5
    assert max(distances) > 6


def test_intensities_follow_their_ranges() -> None:
    sample = _sample((40, 31))
    plain, labels = _draw(sample, 1)
    varied, same = _draw(sample, 1, gamma=(2, 2), gain=(3, 3), offset=(0.5, 0.5))
    torch.testing.assert_close(varied, 3 * plain**2 + 0.5)
    assert torch.equal(labels, same)


def test_noise_has_at_most_the_strength_that_is_set() -> None:
    sample = _sample((40, 31))
    strengths = [
        float((_draw(sample, s, noise=0.2)[0] - _draw(sample, s)[0]).std()) for s in range(20)
    ]
    assert 0.1 < max(strengths) < 0.25
    assert min(strengths) < 0.1


@pytest.mark.parametrize("shape", [(2, 20, 31), (1, 9, 20, 13)])
@pytest.mark.parametrize("sigma", [0.3, 1.0, 2.2])
def test_blur_is_gaussian(shape: tuple[int, ...], sigma: float, rng: np.random.Generator) -> None:
    pixels = rng.random(shape, np.float32)
    radius = max(1, round(3 * sigma))
    wanted = [gaussian_filter(channel, sigma, mode="nearest", radius=radius) for channel in pixels]
    found = _blur(torch.from_numpy(pixels), sigma)
    np.testing.assert_allclose(found.numpy(), wanted, atol=1e-5)
