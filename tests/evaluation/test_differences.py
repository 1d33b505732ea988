import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from napari_shift_unet.errors import InputError
from napari_shift_unet.evaluation.differences import KINDS, Kind, compare

label_images = arrays(np.int32, (4, 6), elements=st.integers(0, 4))
volumes = arrays(np.int64, (2, 3, 4), elements=st.integers(-1, 3))
MIRRORED = {Kind.SPLIT: Kind.MERGED, Kind.ONLY_A: Kind.ONLY_B}
MIRRORED |= {there: here for here, there in MIRRORED.items()}


def brute_force(a, b):
    """Return kind, ids and box of every group of objects that differ, object by object."""
    objects = [(0, int(i), a == i) for i in np.unique(a[a > 0])]
    objects += [(1, int(i), b == i) for i in np.unique(b[b > 0])]
    groups = [{at} for at in range(len(objects))]
    for i, (side, _, here) in enumerate(objects):
        for j, (other, _, there) in enumerate(objects):
            if side < other and 2 * (here & there).sum() > min(here.sum(), there.sum()):
                joined = {*_group_of(groups, i), *_group_of(groups, j)}
                groups = [g for g in groups if not g & joined] + [joined]
    found = set()
    for members in groups:
        mine = [objects[at] for at in members if objects[at][0] == 0]
        yours = [objects[at] for at in members if objects[at][0] == 1]
        same = len(mine) == len(yours) == 1 and (mine[0][2] == yours[0][2]).all()
        if not same:
            places = np.argwhere(np.any([mask for *_, mask in mine + yours], axis=0))
            box = (*places.min(0).tolist(),), (*(places.max(0) + 1).tolist(),)
            ids = (*sorted(i for _, i, _ in mine),), (*sorted(i for _, i, _ in yours),)
            found.add((_kind(len(mine), len(yours)), *ids, *box))
    return found


def _group_of(groups, at):
    return next(group for group in groups if at in group)


def _kind(mine, yours):
    if not mine or not yours:
        return Kind.ONLY_A if mine else Kind.ONLY_B
    if mine == yours == 1:
        return Kind.OUTLINE
    return {(True, False): Kind.SPLIT, (False, True): Kind.MERGED}.get(
        (mine == 1, yours == 1), Kind.REGROUPED
    )


@given(label_images, label_images)
def test_it_finds_what_brute_force_finds(a, b):
    found = compare(a, b)
    assert {
        (one.kind, one.ids_a, one.ids_b, one.low, one.high) for one in found.differences
    } == brute_force(a, b)


@given(volumes, volumes)
def test_volumes_and_negative_numbers_too(a, b):
    found = compare(a, b)
    kinds = {(d.kind, d.ids_a, d.ids_b, d.low, d.high) for d in found.differences}
    assert kinds == brute_force(a, b)
    assert found.objects_a == len(np.unique(a[a > 0]))


@given(label_images, st.permutations([1, 2, 3, 4]))
def test_numbers_of_objects_mean_nothing(labels, order):
    renumbered = np.array([0, *order])[labels] * 2**33
    found = compare(labels, renumbered)
    assert not found.differences
    assert not found.picture.any()
    assert found.same == found.objects_a == found.objects_b


@given(label_images, label_images)
def test_the_other_way_round_what_was_split_is_merged(a, b):
    there, back = compare(a, b), compare(b, a)
    mirrored = {
        (MIRRORED.get(d.kind, d.kind), d.ids_b, d.ids_a, d.area_b_px, d.area_a_px, d.iou)
        for d in there.differences
    }
    assert mirrored == {
        (d.kind, d.ids_a, d.ids_b, d.area_a_px, d.area_b_px, d.iou) for d in back.differences
    }
    np.testing.assert_array_equal(there.picture > 0, back.picture > 0)


@given(label_images, label_images)
def test_the_picture_marks_where_objects_differ(a, b):
    found = compare(a, b)
    if found.differences:
        assert {KINDS[n - 1] for n in np.unique(found.picture[found.picture > 0])} <= {
            d.kind for d in found.differences
        }
    whole = [d for d in found.differences if d.kind != Kind.OUTLINE]
    for one in whole:
        inside = np.isin(a, one.ids_a) | np.isin(b, one.ids_b)
        assert found.picture[inside].all()
    agreed = (a == 0) & (b == 0)
    assert not found.picture[agreed].any()


@given(st.integers(1, 19), st.booleans())
def test_a_cut_is_exactly_one_split(column, upright):
    a = np.zeros((30, 30), np.int32)
    a[5:25, 5:25], a[0:3, 0:3] = 7, 2
    b = a.copy()
    b[5:25, 5 + column : 25] = 9
    a, b = (a, b) if upright else (a.T, b.T)
    found = compare(a, b)
    (cut,) = found.differences
    assert (cut.kind, cut.ids_a, cut.ids_b) == (Kind.SPLIT, (7,), (7, 9))
    assert (cut.low, cut.high) == ((5, 5), (25, 25))
    assert (cut.area_a_px, cut.area_b_px) == (400, 400)
    assert cut.iou == pytest.approx(max(column, 20 - column) / 20)
    assert found.same == 1
    assert found.counts[Kind.SPLIT] == 1
    np.testing.assert_array_equal(found.picture == Kind.SPLIT.number, a == 7)


def test_of_a_changed_outline_only_the_changed_pixels_are_marked():
    a, b = np.zeros((8, 8), int), np.zeros((8, 8), int)
    a[2:6, 2:6], b[2:6, 2:7] = 1, 5
    found = compare(a, b)
    (one,) = found.differences
    assert (one.kind, one.iou) == (Kind.OUTLINE, 16 / 20)
    np.testing.assert_array_equal(found.picture > 0, (a > 0) != (b > 0))


def test_graver_differences_come_first():
    a, b = np.zeros((10, 30), int), np.zeros((10, 30), int)
    a[0:5, 0:5], b[0:5, 0:4] = 1, 1
    a[0:5, 10:14], a[0:5, 14:18], b[0:5, 10:18] = 2, 3, 2
    b[7:9, 20:25] = 4
    a[7:9, 0:4] = 9
    kinds = [d.kind for d in compare(a, b).differences]
    assert kinds == [Kind.MERGED, Kind.ONLY_A, Kind.ONLY_B, Kind.OUTLINE]


@pytest.mark.parametrize("shape", [(0, 4), (3, 0), (5, 4)])
def test_images_without_objects_do_not_differ(shape):
    found = compare(np.zeros(shape, int), np.zeros(shape, int))
    assert (found.objects_a, found.same, found.differences) == (0, 0, ())
    assert found.picture.shape == shape


def test_other_shapes_and_floats_are_refused():
    with pytest.raises(InputError, match=r"4 x 5 and 5 x 4 px.*same shape"):
        compare(np.zeros((4, 5), int), np.zeros((5, 4), int))
    with pytest.raises(InputError, match="float64"):
        compare(np.zeros((4, 5)), np.zeros((4, 5), int))
