"""Plans of tiles for any numbers, and networks described in any way."""

from hypothesis import given
from hypothesis import strategies as st

from fuzzing import VALUES, fuzzed, own_errors_only, twisted
from napari_shift_unet.geometry import UNetSpec, mended_plan, plan_tiles

SPECS = [UNetSpec(), UNetSpec(ndim=3, factors=(2, (1, 2, 2))), UNetSpec(padding="same")]
DOCUMENTS = [
    {"ndim": 2, "factors": [[2, 2], [3, 2]], "kernel": [3, 5], "width": 4, "padding": "same"},
    {"ndim": 3, "factors": [2, [1, 2, 2]], "kernel": 3, "upsampling": "fixed"},
]
SIZES = st.integers(-3, 400) | st.sampled_from((10**5, 2**31, 2**63))
AXES = SIZES | st.lists(SIZES, max_size=4)


@fuzzed
@given(
    st.sampled_from(SPECS),
    st.lists(SIZES, max_size=4),
    st.none() | AXES,
    st.sampled_from(("auto", "none")) | AXES,
)
def test_plans_of_any_numbers(spec, shape, tile, crop):
    with own_errors_only():
        plan = plan_tiles(shape, spec.footprint, tile, crop)
        assert plan.legal or plan.reasons
        assert len(plan) > 0
        next(iter(plan))
        assert mended_plan(plan).legal


@fuzzed
@given(twisted(DOCUMENTS) | VALUES)
def test_networks_described_in_any_way(document):
    with own_errors_only():
        if isinstance(document, dict) and all(isinstance(name, str) for name in document):
            spec = UNetSpec(**document)
            assert spec.footprint.ndim == spec.ndim
            plan = plan_tiles((300,) * spec.ndim, spec.footprint)
            assert plan.legal
