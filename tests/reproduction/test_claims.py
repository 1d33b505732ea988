"""The claim of Fig. 4 of [R] with networks so small that they are trained here, in seconds."""

import pytest
import torch

from napari_shift_unet.generators import drain
from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.reproduction import find_figure, reproduce
from napari_shift_unet.reproduction.config import Lesson, Row, Scene
from napari_shift_unet.reproduction.lessons import learn
from napari_shift_unet.reproduction.measures import measure
from napari_shift_unet.reproduction.recipes import DISCRIMINATIVE, mean_shift
from napari_shift_unet.reproduction.stitching import stitch
from napari_shift_unet.training import TrainConfig

PERIOD, LARGER, LEGAL, WRONG = 8, 20, 16, 19


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """More are slower for networks of this size, far more so on a busy machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def lesson(seen, steps, **network):
    """Return a short training of a network with a period of 8 px, on discs 9 px apart."""
    spec = UNetSpec(embedding_dims=3, foreground=False, **network)
    recipe = TrainConfig(
        method="discriminative",
        spec=spec,
        window=max(spec.footprint.window_at_least((seen, seen))),
        batch=1,
        steps=steps,
        learning_rate=5e-3,
        warmup=0,
        loss=DISCRIMINATIVE,
        precision="float32",
    )
    return Lesson(scene=Scene(radius_px=3, spacing_px=9), recipe=recipe, seen_px=seen)


def measures(taught, model, crop, bandwidth):
    """Stitch with a crop, and measure."""
    row = Row(
        title="",
        lesson=taught,
        view_px=96,
        tile_px=max(crop, taught.seen_px),
        crop_px=crop,
        clustering=mean_shift(bandwidth),
    )
    return measure(stitch(row, model, "cpu"))


def test_a_training_window_of_one_period_leaves_seams_on_the_lattice():
    taught = lesson(PERIOD, 400, width=16, factors=(8,), convs=1)
    model = drain(learn(taught, "cpu"))
    for crop in (PERIOD, 2 * PERIOD):
        found = measures(taught, model, crop, bandwidth=0.2)
        assert (found.seam_tile_y, found.seam_tile_x) == (PERIOD, PERIOD)
        assert found.false_splits_at_lattice > found.instances / 2


@pytest.fixture(scope="module")
def larger(one_thread):
    """A network that was trained with a window beyond the period."""
    taught = lesson(LARGER, 800, width=12, factors=(2, 2, 2))
    return taught, drain(learn(taught, "cpu"))


def test_a_larger_window_cropped_to_whole_periods_leaves_none(larger):
    found = measures(*larger, LEGAL, bandwidth=1.0)
    assert (found.seam_tile_y, found.seam_tile_x) == (0, 0)
    assert found.false_splits_at_borders < found.instances / 4


def test_a_larger_window_cropped_off_the_lattice_leaves_them_at_tile_borders(larger):
    found = measures(*larger, WRONG, bandwidth=1.0)
    assert (found.seam_tile_y, found.seam_tile_x) == (WRONG, WRONG)
    assert found.false_splits_at_borders > found.instances / 4


def test_coordinates_tell_dots_apart_and_a_plain_embedding_does_not(tmp_path):
    figure = find_figure("novotny-dots", quick=True)
    rows = []
    for row in figure.rows:
        recipe = row.lesson.recipe.model_copy(update={"steps": 40})
        short = row.lesson.model_copy(update={"recipe": recipe})
        rows.append(row.model_copy(update={"lesson": short}))
    report = drain(reproduce(figure.model_copy(update={"rows": tuple(rows)}), tmp_path, "cpu"))
    assert report.holds, report.facts
