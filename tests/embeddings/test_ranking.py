"""The order of seeds, against a sort of all scores."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.embeddings.ranking import best_first

SCORES = st.floats(0, 1, width=32) | st.sampled_from([0.0, -0.0, 0.5, 0.75, 1.0, float("nan")])


@given(
    st.lists(SCORES, max_size=60),
    st.sampled_from([0.0, 0.3, 0.5, 1.0]),
    st.sampled_from([np.float32, np.float64]),
)
def test_the_best_come_first_and_of_equal_ones_the_first(listed, least, kind):
    scores = np.array(listed, kind)
    expected = [i for i in np.argsort(-scores, kind="stable") if scores[i] >= least]
    assert best_first(scores, least).tolist() == expected


def test_very_many(rng):
    scores = rng.random(100_000, np.float32).round(4)
    expected = np.argsort(-scores, kind="stable")[: np.count_nonzero(scores >= 0.25)]
    np.testing.assert_array_equal(best_first(scores, 0.25), expected)
