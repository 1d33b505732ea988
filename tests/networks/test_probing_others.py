"""Networks of others: what can be tiled exactly, and that nothing else gets a certificate."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from foreign_networks import Function, PlainUNet, attention, normalised, with_coordinates
from napari_shift_unet.errors import ModelError
from napari_shift_unet.networks import Verdict, probe
from napari_shift_unet.networks.probing.passes import Passes
from napari_shift_unet.networks.probing.sizes import try_sizes

torch.manual_seed(0)  # networks are made while this file is read
WHOLE_TILE, PLACE = "depends on the whole tile", "depends on the place in the tile"


def _conv(inputs: int, outputs: int, kernel: int = 3, **options: int) -> nn.Conv2d:
    options.setdefault("padding", kernel // 2)
    return nn.Conv2d(inputs, outputs, kernel, **options)


def _probe(network: nn.Module) -> Verdict:
    return probe(network.eval())


def _exact_in_tiles(network: nn.Module, verdict: Verdict) -> bool:
    """Whether a small tile gives the output of a large one, and a smaller context would not.

    Weights are positive, and so is the image, so that nothing is cut off or cancels.
    """
    for parameter in network.double().parameters():
        nn.init.uniform_(parameter, 0.05, 0.1)
    footprint, sizes = verdict.footprint, [axis.sizes for axis in verdict.axes]
    window = footprint.window_at_least(footprint.period)
    margin = [step * 9 for step in footprint.window_step]
    small = footprint.input_size(window)
    large = [n + 2 * m for n, m in zip(small, margin, strict=True)]
    image = torch.rand(1, verdict.in_channels, *large, dtype=torch.double) + 0.1
    with torch.no_grad():
        whole = network(image)
        tile = network(image[:, :, *(slice(m, m + n) for m, n in zip(margin, small, strict=True))])
    part = whole[:, :, *(slice(m, m + n) for m, n in zip(margin, tile.shape[2:], strict=True))]
    wrong = ((tile - part).abs() > 1e-12 * whole.abs().max())[0].any(0)
    for axis, (before, after) in enumerate(axis.padding or (0, 0) for axis in verdict.axes):
        assert sizes[axis].shrink + tile.shape[axis + 2] == small[axis]
        inner = wrong.movedim(axis, 0)[before : len(wrong) - after or None]
        other = 1 - axis
        first, last = verdict.axes[other].padding or (0, 0)
        if inner[:, first : inner.shape[1] - last or None].any():
            return False
        centre = wrong.movedim(axis, 0)[:, inner.shape[1] // 2]
        edges = centre[:before][-1:], centre[len(centre) - after :][:1]
        if not all(edge.all() for edge in edges):
            return False
    return True


@pytest.mark.parametrize(
    ("network", "period", "sides"),
    [
        (PlainUNet(down="stride"), 4, None),
        (PlainUNet(down="wide stride"), 4, None),
        (PlainUNet(1, 3, down="stride"), 3, None),
        (PlainUNet(3, down="stride", up="nearest"), 8, None),
        (PlainUNet(down="stride", up="bilinear"), 4, None),
        (PlainUNet(down="stride", pads_skips=True), 4, None),
        (nn.Sequential(_conv(2, 4), _conv(4, 2, 5), _conv(2, 2, 3, padding=2, dilation=2)), 1, 5),
        (nn.Sequential(_conv(1, 2), nn.Conv2d(2, 2, 5, 5), nn.ConvTranspose2d(2, 2, 5, 5)), 5, 1),
        (
            nn.Sequential(_conv(1, 9, 3), nn.PixelUnshuffle(3), _conv(81, 9), nn.PixelShuffle(3)),
            3,
            4,
        ),
        (nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Conv2d(2, 2, 5)), 1, 3),
        (nn.Identity(), 1, 0),
    ],
    ids=str,
)
def test_period_and_context(network: nn.Module, period: int, sides: int | None) -> None:
    verdict = _probe(network)
    assert verdict.exact
    assert verdict.period == (period, period)
    if sides is not None:
        assert verdict.context_sides == ((sides, sides),) * 2
    assert _exact_in_tiles(network, verdict)


@pytest.mark.parametrize(
    ("network", "period"),
    [
        (PlainUNet(), 4),
        (PlainUNet(1, 3, up="bilinear"), 3),
        (PlainUNet(2, 3, up="nearest"), 9),
        (PlainUNet(padding_mode="reflect"), 4),
        (PlainUNet(padding_mode="replicate"), 4),
        (PlainUNet(4, pads_skips=True), 16),
        (PlainUNet(norm=nn.BatchNorm2d), 4),
        (PlainUNet(dropout=0.5), 4),
        (nn.Sequential(nn.MaxPool2d(4), nn.MaxPool2d(3), _conv(1, 2), nn.Upsample(None, 12.0)), 12),
    ],
    ids=str,
)
def test_periods_of_networks_with_maxima(network: nn.Module, period: int) -> None:
    verdict = _probe(network)
    assert (verdict.exact, verdict.period) == (True, (period, period))
    assert verdict.footprint.window_step == (period, period)


def test_a_period_that_hides_in_the_values_alone() -> None:
    def striped(convolution: nn.Module, x: Tensor) -> Tensor:
        y: Tensor = convolution(x)
        return y * (1 + torch.arange(x.shape[2]) % 6)[:, None]

    assert _probe(Function(striped)).period == (6, 1)


def test_a_network_that_hides_nan_is_measured_too() -> None:
    class Tolerant(PlainUNet):
        def forward(self, x: Tensor) -> Tensor:
            return super().forward(torch.nan_to_num(x))

    torch.manual_seed(0)
    verdict = _probe(Tolerant(width=6))
    assert (verdict.exact, verdict.period) == (True, (4, 4))


def test_sides_can_differ_and_a_loss_can_be_odd() -> None:
    verdict = _probe(nn.Sequential(nn.Conv2d(1, 2, 2), nn.Conv2d(2, 2, 3)))
    assert (verdict.period, verdict.context_sides) == ((1, 1), ((2, 1), (2, 1)))
    assert (verdict.surplus, verdict.footprint.context) == ((1, 1), (2, 2))
    skewed = _probe(nn.Sequential(nn.ZeroPad2d((0, 3, 2, 0)), nn.Conv2d(1, 1, (3, 4))))
    assert skewed.context_sides == ((2, 0), (0, 3))


def _scaled(pooled: Callable[[Tensor], Tensor]) -> Callable[..., Tensor]:
    def scaled(convolution: nn.Module, x: Tensor) -> Tensor:
        y: Tensor = convolution(x)
        return y * torch.sigmoid(pooled(y))

    return scaled


@pytest.mark.parametrize(
    ("network", "reason"),
    [
        (PlainUNet(norm=lambda n: nn.GroupNorm(1, n)), WHOLE_TILE),
        (PlainUNet(norm=nn.InstanceNorm2d), WHOLE_TILE),
        (Function(_scaled(lambda y: y.mean((2, 3), keepdim=True))), WHOLE_TILE),
        (Function(_scaled(lambda y: y.amax((2, 3), keepdim=True))), WHOLE_TILE),
        (Function(_scaled(lambda y: y.nanmean((2, 3), keepdim=True))), "depends on"),
        (Function(attention), WHOLE_TILE),
        (PlainUNet(padding_mode="circular"), WHOLE_TILE),
        (Function(normalised), "brightness and contrast"),
        (PlainUNet(up="aligned"), PLACE),
        (Function(with_coordinates, 2), "along y depends on the place"),
    ],
    ids=str,
)
def test_no_false_certificate(network: nn.Module, reason: str) -> None:
    verdict = _probe(network)
    assert not verdict.exact
    assert any(reason in told for told in verdict.reasons)
    assert None in verdict.period
    assert verdict.advice == ()
    assert verdict.footprint.flaws == verdict.reasons


def test_batch_statistics_and_random_numbers_are_found() -> None:
    trained = PlainUNet(norm=nn.BatchNorm2d).train()
    for child in trained.modules():
        if isinstance(child, nn.BatchNorm2d):
            child.track_running_stats, child.running_mean, child.running_var = False, None, None
    assert WHOLE_TILE in probe(trained).reasons[0]
    verdict = probe(PlainUNet(dropout=0.3).train())
    assert "random numbers" in verdict.reasons[0]
    assert (verdict.period, verdict.context) == ((None, None), (None, None))


def _answers(name: str) -> nn.Module:
    return {
        "a class": nn.Sequential(_conv(1, 4), nn.AdaptiveAvgPool2d(1), nn.Flatten()),
        "a class per channel": nn.Sequential(_conv(1, 4), nn.AdaptiveAvgPool2d(1)),
        "a coarse map": nn.Sequential(_conv(1, 4), nn.MaxPool2d(2)),
        "a fine map": nn.Sequential(_conv(1, 4), nn.Upsample(None, 2.0)),
        "labels": Function(lambda convolution, x: convolution(x).argmax(1, keepdim=True)),
        "two maps": Function(lambda convolution, x: (convolution(x), x)),
        "nothing": Function(lambda convolution, x: None),
        "NaN": Function(lambda convolution, x: convolution(x) / 0 * 0),
        "one size": Function(lambda convolution, x: convolution(x).view(1, 2, 48, 48)),
        "no image": nn.Linear(5, 5),
        "two images": Function(lambda convolution, x, y: convolution(x) + y),
    }[name]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("a class", "must return channels for every pixel"),
        ("a class per channel", "returns 1 px for inputs of 16 px along y"),
        ("a coarse map", "returns 1 px for every 2 px that it reads"),
        ("a fine map", "returns 2 px for every 1 px that it reads"),
        ("labels", "returns torch.int64; an embedding"),
        ("two maps", "returns 2 results"),
        ("nothing", "returns a NoneType"),
        ("NaN", "returns NaN or infinite values"),
        ("one size", "inputs of 48 px along y and of no other size"),
        ("no image", "takes none of the images that were tried"),
        ("two images", "missing 1 required positional argument"),
    ],
)
def test_what_is_no_network_for_tiles(name: str, sentence: str) -> None:
    with pytest.raises(ModelError) as caught:
        probe(_answers(name).eval(), "net.pt")
    assert sentence in str(caught.value)
    assert str(caught.value).startswith("net.pt ")
    assert "\n" not in str(caught.value)


def test_sizes_are_tried_per_axis() -> None:
    network = nn.Sequential(
        nn.MaxPool2d((3, 4)), nn.Conv2d(1, 2, (1, 3)), nn.ConvTranspose2d(2, 1, (3, 4), (3, 4))
    )
    sizes = try_sizes(Passes(network, "net", 1).output_size, (16, 17), "net")
    assert [(s.base, s.step, s.shrink) for s in sizes] == [(3, 3, 0), (12, 4, 8)]
