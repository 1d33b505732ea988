import pytest

from napari_shift_unet.gui.train.plot import Plot, nice_top


@pytest.fixture
def plot(qtbot):
    plot = Plot("loss", "#ff0000", smoothing=0.9)
    qtbot.addWidget(plot)
    plot.resize(300, plot.sizeHint().height())
    plot.show()
    return plot


def _red(plot):
    """Columns in which something of the curve is drawn."""
    image = plot.grab().toImage()
    ratio = image.devicePixelRatio()

    def is_red(x, y):
        colour = image.pixelColor(x, y)
        return colour.red() > 150 and colour.green() < 80

    columns = range(image.width())
    return {round(x / ratio) for x in columns if any(is_red(x, y) for y in range(image.height()))}


def test_the_curve_is_as_long_as_what_is_done(plot):
    plot.begin(100)
    assert not _red(plot)
    for step in range(1, 51):
        plot.add(step, 2.0)
    half = max(_red(plot))
    for step in range(51, 101):
        plot.add(step, 2.0)
    assert max(_red(plot)) - 34 == pytest.approx(2 * (half - 34), abs=5)


def test_it_is_smoothed_from_the_first_value_on(plot):
    plot.begin(10)
    plot.add(1, 4.0)
    assert plot.last == 4.0
    plot.add(2, 2.0)
    assert plot.last == pytest.approx(3.0), "two values weigh alike"
    for step in range(3, 500):
        plot.add(step, 1.0)
    plot.add(500, 2.0)
    assert plot.last == pytest.approx(1.1, abs=0.01), "then the share of the smoothing"


def test_going_on_keeps_what_was_done_and_beginning_forgets_it(plot):
    plot.begin(10)
    for step in range(1, 8):
        plot.add(step, 1.0)
    plot.begin(10, 5)
    assert [step for step, _ in plot.values] == [1, 2, 3, 4, 5]
    plot.begin(10)
    assert plot.values == []
    assert plot.last is None


@pytest.mark.parametrize(
    ("values", "top"),
    [([], 1.0), ([0.0], 1.0), ([0.03, 0.7], 0.8), ([2.9] * 5, 3.0), ([9.5], 10), ([11.0], 12)],
)
def test_the_axis_ends_at_a_round_number_above_the_curve(values, top):
    assert nice_top(values) == pytest.approx(top)


def test_a_first_loss_far_above_the_others_does_not_flatten_them():
    assert nice_top([500.0, *[3.0] * 99]) == pytest.approx(3.0)
