import numpy as np

from napari_shift_unet.geometry import UNetSpec, plan_tiles
from napari_shift_unet.reproduction.config import Scene
from napari_shift_unet.reproduction.measures import measure
from napari_shift_unet.reproduction.picture import Panels, label_colours, write_picture
from napari_shift_unet.reproduction.scene import draw
from napari_shift_unet.reproduction.stitching import Stitched

SIZE, TILE = 117, 20


def view_of(labels, truth, image, crop=TILE):
    footprint = UNetSpec(factors=(2,) * 4).footprint
    plan = plan_tiles(truth.shape, footprint, 36, crop)
    embedding = np.stack([labels, truth]).astype(np.float32)
    return Stitched(image, truth, embedding, labels, plan)


def discs():
    return draw(Scene(spacing_px=13), (SIZE, SIZE), (0, 0), np.random.default_rng(0))


def test_the_truth_itself_has_no_seam():
    image, truth = discs()
    found = measure(view_of(truth, truth, image))
    assert found.instances == found.told_apart == found.clusters == 81
    assert (found.seam_tile_y, found.seam_tile_x, found.false_splits) == (0, 0, 0)
    assert (found.ap_50, found.parts_ap_50, found.repeats) == (1.0, 1.0, 0)


def test_one_group_tells_nothing_apart():
    image, truth = discs()
    found = measure(view_of((truth > 0).astype(np.int64), truth, image))
    assert (found.instances, found.told_apart, found.clusters) == (81, 1, 1)
    assert (found.ap_50, found.parts_ap_50) == (0.0, 1.0)


def test_tiles_that_do_not_know_of_each_other():
    image, truth = discs()
    tile = np.add.outer(10 * (np.arange(SIZE) // TILE), np.arange(SIZE) // TILE)
    found = measure(view_of(np.where(truth > 0, 1000 * tile + truth, 0), truth, image))
    assert (found.seam_tile_y, found.seam_tile_x) == (TILE, TILE)
    assert found.false_splits == found.false_splits_at_borders > 20
    assert 0 < found.false_splits_at_lattice <= found.false_splits
    assert found.parts_ap_50 < 0.8


def test_groups_that_repeat_with_the_period():
    labels = 1 + np.add.outer(16 * (np.arange(64) % 16), np.arange(64) % 16)
    truth = np.arange(1, 64**2 + 1).reshape(64, 64)
    found = measure(view_of(labels, truth, np.ones((64, 64), np.float32), crop=16))
    assert (found.clusters, found.told_apart, found.repeats) == (256, 256, 1)


def test_a_picture_shows_borders_off_the_lattice_in_red(tmp_path):
    from PIL import Image

    image, truth = discs()
    sizes = []
    for crop, red in ((16, False), (TILE, True)):
        path = tmp_path / f"{crop}.png"
        write_picture(path, [Panels("a row", view_of(truth, truth, image, crop))])
        with Image.open(path) as picture:
            pixels = np.asarray(picture.convert("RGB"))
        assert (pixels == (255, 60, 60)).all(-1).any() == red
        sizes.append(pixels.shape)
    assert sizes[0] == sizes[1]


def test_following_labels_have_other_colours_and_background_is_black():
    colours = label_colours(np.arange(30)[None]).astype(int)[0]
    assert not colours[0].any()
    assert np.abs(np.diff(colours, axis=0)).sum(1).min() > 60
