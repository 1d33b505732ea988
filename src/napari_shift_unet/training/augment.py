"""Random windows of images: one resampling for geometry, then intensities."""

from math import cos, exp, log, pi, sin

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import conv2d, conv3d, grid_sample, interpolate, pad

from .config import Augmentation
from .dataset import NOT_ANNOTATED, Sample

CONVOLVE = {2: conv2d, 3: conv3d}
UPSAMPLE = {2: "bicubic", 3: "trilinear"}


def draw_window(
    sample: Sample,
    window: tuple[int, ...],
    context: tuple[int, ...],
    augmentation: Augmentation,
    generator: torch.Generator,
) -> tuple[Float[Tensor, "c *read"], Int[Tensor, "*window"]]:
    """Draw a window around a random place, mostly on an object.

    Parameters
    ----------
    sample
        Where to draw from.
    window, context
        Output window and context per side in px per axis.
    augmentation
        What may happen to it.
    generator
        Source of all randomness.

    Returns
    -------
    image
        Normalised pixels; beyond the image's edge they are reflected.
    labels
        Labels of the output window; -1 beyond the image's edge.
    """
    image = torch.from_numpy(sample.image)
    labels = torch.from_numpy(sample.labels)
    read = tuple(w + 2 * c for w, c in zip(window, context, strict=True))
    grid = _coordinates(sample, window, read, augmentation, generator)  # (*read, axes) px, z y x
    normalised = _to_grid_sample(grid, labels.shape)
    pixels = grid_sample(
        image[None],
        normalised[None],
        mode="bilinear",
        padding_mode="reflection",
        align_corners=True,
    )[0]
    inner = tuple(slice(c, c + w) for c, w in zip(context, window, strict=True))
    nearest = grid[inner].round().long()  # (*window, axes)
    limit = torch.tensor(labels.shape)
    inside = ((nearest >= 0) & (nearest < limit)).all(-1)
    clamped = nearest.clamp(min=torch.zeros_like(limit), max=limit - 1).unbind(-1)
    drawn = torch.where(inside, labels[clamped].long(), NOT_ANNOTATED)
    return _vary_intensity(pixels, augmentation, generator), drawn


def _coordinates(
    sample: Sample,
    window: tuple[int, ...],
    read: tuple[int, ...],
    augmentation: Augmentation,
    generator: torch.Generator,
) -> Float[Tensor, "*read axes"]:
    ndim = len(window)
    matrix = _random_linear_map(ndim, augmentation, generator)
    axes = [torch.arange(n, dtype=torch.float32) - (n - 1) / 2 for n in read]
    offsets = torch.stack(torch.meshgrid(*axes, indexing="ij"), dim=-1)  # (*read, axes)
    if augmentation.elastic_px:
        controls = [max(4, n // augmentation.elastic_spacing_px + 3) for n in read]
        jitter = torch.randn(1, ndim, *controls, generator=generator) * augmentation.elastic_px
        smooth = interpolate(jitter, size=read, mode=UPSAMPLE[ndim], align_corners=True)
        offsets = offsets + smooth[0].movedim(0, -1)
    return offsets @ matrix.T + _random_centre(sample, window, generator)


def _random_centre(
    sample: Sample, window: tuple[int, ...], generator: torch.Generator
) -> Float[Tensor, "axes"]:
    """Return a place near a random object in four draws of five, any place otherwise."""
    shape = sample.labels.shape
    if sample.objects and _uniform(0, 1, generator) < 0.8:
        chosen = int(torch.randint(len(sample.objects), (1,), generator=generator))
        pixels = sample.objects[chosen]
        pixel = pixels[int(torch.randint(len(pixels), (1,), generator=generator))]
        place = torch.tensor(np.unravel_index(pixel, shape), dtype=torch.float32)
        jitter = torch.rand(len(shape), generator=generator) - 0.5
        return place + jitter * torch.tensor(window) / 3
    return torch.rand(len(shape), generator=generator) * torch.tensor(shape)


def _random_linear_map(
    ndim: int, augmentation: Augmentation, generator: torch.Generator
) -> Float[Tensor, "axes axes"]:
    """Return rotation in the y x plane, mirroring and magnification as one matrix."""
    low, high = augmentation.scale
    matrix = torch.eye(ndim) / exp(_uniform(log(low), log(high), generator))
    turn = _uniform(0, 2 * pi, generator)
    if not augmentation.rotate:
        turn = round(turn / (pi / 2)) * (pi / 2)
    plane = torch.eye(ndim)
    plane[-2:, -2:] = torch.tensor([[cos(turn), -sin(turn)], [sin(turn), cos(turn)]])
    mirror = torch.diag((torch.rand(ndim, generator=generator) < 0.5) * 2.0 - 1.0)
    return matrix @ plane @ mirror


def _to_grid_sample(
    grid: Float[Tensor, "*read axes"], shape: torch.Size
) -> Float[Tensor, "*read axes"]:
    """Turn px coordinates in order z y x into grid_sample's -1 .. 1 in order x y z."""
    last = torch.tensor([max(n - 1, 1) for n in shape], dtype=torch.float32)
    return (grid / last * 2 - 1).flip(-1)


def _vary_intensity(
    pixels: Float[Tensor, "c *read"], augmentation: Augmentation, generator: torch.Generator
) -> Float[Tensor, "c *read"]:
    gamma = _uniform(*augmentation.gamma, generator)
    pixels = pixels.sign() * pixels.abs() ** gamma
    pixels = pixels * _uniform(*augmentation.gain, generator)
    pixels = pixels + _uniform(*augmentation.offset, generator)
    if augmentation.blur_px and _uniform(0, 1, generator) < 1 / 3:
        pixels = _blur(pixels, _uniform(0.2, augmentation.blur_px, generator))
    if augmentation.noise:
        strength = _uniform(0, augmentation.noise, generator)
        pixels = pixels + strength * torch.randn(pixels.shape, generator=generator)
    return pixels


def _blur(pixels: Float[Tensor, "c *read"], sigma: float) -> Float[Tensor, "c *read"]:
    """Gaussian blur, one axis after the other."""
    radius = max(1, round(3 * sigma))
    x = torch.arange(-radius, radius + 1, dtype=torch.float32)
    kernel = torch.exp(-(x**2) / (2 * sigma**2))
    kernel = kernel / kernel.sum()
    ndim = pixels.ndim - 1
    out = pixels[:, None]  # (c, 1, *read)
    for axis in range(ndim):
        shape = [1] * ndim
        shape[axis] = len(kernel)
        width = [0, 0] * (ndim - 1 - axis) + [radius, radius] + [0, 0] * axis
        out = CONVOLVE[ndim](
            pad(out, width, mode="replicate" if ndim > 1 else "constant"),
            kernel.reshape(1, 1, *shape),
        )
    return out[:, 0]


def _uniform(low: float, high: float, generator: torch.Generator) -> float:
    return low + (high - low) * float(torch.rand(1, generator=generator))
