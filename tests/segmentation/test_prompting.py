"""One object per box or click: what must hold of the whole way."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from known_embedding import known_embedding
from napari_shift_unet.errors import InputError
from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.images import Image
from napari_shift_unet.networks import Model
from napari_shift_unet.prediction import drain
from napari_shift_unet.segmentation import (
    EmbeddedImage,
    Prompt,
    Segmentation,
    SegmentConfig,
    embed_image,
    label_prompts,
    prompt_events,
    prompt_of_point,
)
from napari_shift_unet.segmentation.prompts import make_prompt
from random_networks import random_model

SPEC = UNetSpec(width=2, factors=(2, 2), embedding_dims=2)
MODEL = random_model(SPEC)
SIZE = (37, 29)
TILES = SegmentConfig(tile=12, device="cpu")


def prompt(
    pixels: np.ndarray | Image, prompts: list[Prompt] | Path, **given: object
) -> Segmentation:
    return drain(prompt_events(pixels, prompts, **{"model": MODEL, "config": TILES, **given}))


def noise(shape: tuple[int, ...] = SIZE) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 255, shape, dtype=np.uint8)


@st.composite
def boxes(draw: st.DrawFn) -> Prompt:
    starts = [draw(st.integers(0, n - 1)) for n in SIZE]
    sides = zip(starts, SIZE, strict=True)
    box = tuple(slice(start, draw(st.integers(start + 1, n))) for start, n in sides)
    return Prompt((draw(st.integers(0, 2)),), box, box)


@pytest.fixture(scope="module")
def movie() -> EmbeddedImage:
    """Three planes, all of them predicted."""
    return drain(embed_image(Image(noise((3, *SIZE)), "tyx"), MODEL, TILES))


@settings(max_examples=5)
@given(prompts=st.lists(boxes(), min_size=1, max_size=3))
def test_predicting_only_what_the_boxes_need_changes_nothing(
    movie: EmbeddedImage, prompts: list[Prompt]
) -> None:
    part = prompt(movie.selection.image, prompts, config=TILES)
    np.testing.assert_array_equal(part.labels, label_prompts(movie, prompts))
    reached = np.zeros((3, *part.plan.grid), bool)
    for box in prompts:
        tiles = tuple(slice(s.start // 12, -(-s.stop // 12)) for s in box.limits)
        reached[(*box.plane, *tiles)] = True
    assert part.facts["tiles"] == reached.sum()


def test_a_click_has_its_whole_plane_predicted(movie: EmbeddedImage) -> None:
    click = prompt_of_point(movie.selection, np.array([1, 30, 20]))
    found = prompt(movie.selection.image, [click], config=TILES)
    assert found.facts["tiles"] == len(found.plan)
    assert set(np.unique(found.labels[1])) == {0, 1}
    assert not found.labels[[0, 2]].any()
    np.testing.assert_array_equal(found.labels, label_prompts(movie, [click]))


@pytest.fixture
def cells() -> np.ndarray:
    labels = np.zeros((40, 50), np.int32)
    labels[5:15, 5:15], labels[5:15, 15:25], labels[25:35, 10:40] = 1, 2, 3
    return labels


def around(labels: np.ndarray, shown: int, label: int = 0) -> Prompt:
    embedded = known_embedding(labels)
    sides = {
        letter: (int(at.min()) - 2, int(at.max()) + 3)
        for letter, at in zip("yx", np.nonzero(labels == shown), strict=True)
    }
    return make_prompt(embedded.selection, sides, sides, label=label)


def test_loose_boxes_give_the_objects(cells: np.ndarray) -> None:
    prompts = [around(cells, label) for label in (3, 1, 2)]
    found = label_prompts(known_embedding(cells), prompts)
    np.testing.assert_array_equal(found, np.array([0, 2, 3, 1])[cells])


def test_labels_that_are_given_are_kept_and_the_others_are_free_ones(cells: np.ndarray) -> None:
    prompts = [around(cells, 1), around(cells, 2, label=1), around(cells, 3)]
    found = label_prompts(known_embedding(cells), prompts)
    np.testing.assert_array_equal(found, np.array([0, 2, 1, 3])[cells])


def test_two_prompts_of_one_object_leave_it_whole(cells: np.ndarray) -> None:
    prompts = [around(cells, 1), around(cells, 1), around(cells, 2)]
    found = label_prompts(known_embedding(cells), prompts)
    np.testing.assert_array_equal(found, np.array([0, 1, 3, 0])[cells])


def test_a_box_in_a_slice_of_a_volume_finds_the_whole_object(cells: np.ndarray) -> None:
    volume = np.zeros((6, *cells.shape), np.int32)
    volume[1:5] = cells
    embedded = known_embedding(volume, "zyx", ndim=3)
    sides = {"y": (3, 17), "x": (3, 17)}
    box = make_prompt(embedded.selection, sides, {"z": (2, 3), **sides})
    np.testing.assert_array_equal(label_prompts(embedded, [box]) == 1, volume == 1)


def test_facts_table_and_file(tmp_path: Path) -> None:
    path = tmp_path / "boxes.csv"
    path.write_text("y0,x0,y1,x1,label\n2,3,10,20,9\n14,10,30,25,4\n")
    image = Image(noise(), "yx", scale=(0.5, 0.5), units=("micrometer",) * 2)
    found = prompt(image, path)
    assert found.facts["prompts"] == {"count": 2, "sigma": 0.5}
    assert "clustering" not in found.facts
    assert list(found.objects["index"]) == [4, 9]
    assert found.facts["objects"] == 2
    assert "area_um2" in found.objects
    assert prompt(image, path, sigma=3.0).facts["prompts"]["sigma"] == 3.0


@pytest.mark.parametrize("sigma", [0.0, -1.0, np.nan, np.inf])
def test_a_sigma_that_is_no_width(sigma: float) -> None:
    with pytest.raises(InputError, match="must be a number above 0"):
        prompt(noise(), [], sigma=sigma)


def test_a_sigma_for_pixels_that_have_their_own() -> None:
    spec = UNetSpec(width=2, factors=(2,), embedding_dims=3)
    card = random_model(spec).config.model_copy(update={"method": "spatial-embedding"})
    model = Model(card, random_model(spec).network, spec.footprint, "")
    box = (slice(0, 20), slice(0, 20))
    found = prompt(noise(), [Prompt((), box, box)], model=model)
    assert found.facts["prompts"] == {"count": 1}
    with pytest.raises(InputError, match="sigma has no effect"):
        prompt(noise(), [], model=model, sigma=2.0)
