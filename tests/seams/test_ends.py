import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from blobs import blobs
from napari_shift_unet.embeddings.components import split_components
from napari_shift_unet.seams.cutting import cut_labels
from napari_shift_unet.seams.ends import SHARES, line_evidence
from napari_shift_unet.seams.grid import AxisTiling
from napari_shift_unet.seams.parts import measure_profiles


def _evidence(labels, axis=1):
    return line_evidence(measure_profiles([split_components(labels)])[axis])


@given(st.integers(0, 1000), st.sampled_from([(70, 90), (20, 30, 40)]))
def test_a_profile_is_the_width_of_every_part(seed, shape):
    parts = split_components(blobs(shape, seed, radius=6))
    for axis, length in enumerate(shape):
        profile = measure_profiles([parts])[axis]
        at = 0
        for number, (first, count) in enumerate(
            zip(profile.first, profile.counts, strict=True), start=1
        ):
            others = tuple(i for i in range(len(shape)) if i != axis)
            widths = (parts == number).sum(axis=others)
            assert widths[first : first + count].tolist() == (
                profile.widths[at : at + count].tolist()
            )
            assert widths.sum() == profile.widths[at : at + count].sum()
            at += count
        assert profile.length == length


@given(st.integers(0, 1000))
def test_mirrored_labels_have_mirrored_evidence(seed):
    labels = cut_labels(blobs((80, 120), seed, radius=7), [None, AxisTiling(40)])
    before, after = _evidence(labels)
    mirrored_before, mirrored_after = _evidence(labels[:, ::-1])
    np.testing.assert_allclose(mirrored_before[:, :0:-1], after[:, 1:])
    np.testing.assert_allclose(mirrored_after[:, :0:-1], before[:, 1:])


def test_a_seam_holds_more_evidence_than_any_other_line():
    truth = blobs((300, 200), radius=8)
    cut = cut_labels(truth, [None, AxisTiling(90)])
    for found in _evidence(cut):
        best = found[0].argsort()[-2:]
        assert sorted(best.tolist()) == [90, 180]
    for natural in _evidence(truth):
        assert natural[0].max() < 3


def test_without_seams_no_line_is_likely_to_be_one():
    """The mean of the likelihood ratio over the lines of many images is 1 at most."""
    ratios = []
    for seed in range(12):
        for rows in _evidence(blobs((200, 260), seed, radius=8)):
            ratios.append(np.exp(rows[:, 1:]))
    assert np.concatenate(ratios, axis=1).mean(axis=1).max() <= 1


def test_parts_that_all_look_like_cuts_are_no_evidence():
    planes = np.arange(1, 13).reshape(12, 1, 1) * np.ones((1, 30, 30), int)  # objects of one plane
    before, after = _evidence(planes, axis=0)
    assert np.concatenate([before, after]).max() == 0
    assert before.shape == (len(SHARES), 12)
