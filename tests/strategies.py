"""What hypothesis draws for several rooms: networks, and images for them."""

from typing import Any

from hypothesis import strategies as st

from napari_shift_unet.geometry import Crop, Footprint, TilePlan, UNetSpec, plan_tiles

MAX_WORK = 4e6
"""Multiply-adds of the smallest legal window of a network that is to be run, not only planned."""


@st.composite
def factors(draw: st.DrawFn, ndim: int, max_period: int) -> tuple[tuple[int, ...], ...]:
    """Pooling factors of 1, 2 or 3 per level and axis; at least one level."""
    levels: list[tuple[int, ...]] = []
    period = [1] * ndim
    for _ in range(draw(st.integers(1, 4))):
        level = draw(st.tuples(*[st.sampled_from((2, 2, 3, 1))] * ndim))
        period = [t * f for t, f in zip(period, level, strict=True)]
        if levels and max(period) > max_period:
            break
        levels.append(level)
    return tuple(levels)


@st.composite
def specs(draw: st.DrawFn, /, *, max_period: int = 16, **fixed: Any) -> UNetSpec:
    """Specifications of any kind, with few feature maps; `fixed` ones are not drawn."""
    ndim = draw(st.sampled_from((2, 3)))
    choices = {
        "ndim": st.just(ndim),
        "in_channels": st.integers(1, 2),
        "width": st.integers(2, 3),
        "growth": st.integers(1, 2),
        "factors": factors(ndim, max_period),
        "kernel": st.tuples(*[st.sampled_from((1, 3, 5))] * ndim),
        "convs": st.integers(1, 2),
        "padding": st.sampled_from(("valid", "same")),
        "upsampling": st.sampled_from(("learnt", "fixed")),
        "batch_norm": st.booleans(),
        "embedding_dims": st.integers(1, 3),
        "foreground": st.booleans(),
    }
    drawn = {name: draw(choice) for name, choice in choices.items() if name not in fixed}
    return UNetSpec(**{**drawn, **fixed})


def small_specs(**fixed: Any) -> st.SearchStrategy[UNetSpec]:
    """Specifications of networks that run in milliseconds."""
    return specs(max_period=6, **fixed).filter(lambda spec: _least_work(spec.footprint) < MAX_WORK)


@st.composite
def plans(draw: st.DrawFn, *, max_length: int = 300) -> TilePlan:
    """Plans for images of any size, from one pixel on, with any tile and crop, legal or not."""
    spec = draw(specs())
    footprint = spec.footprint
    shape = draw(st.tuples(*[st.integers(1, max_length)] * spec.ndim))
    words: st.SearchStrategy[Crop] = st.sampled_from(("auto", "none"))
    tile = draw(st.none() | st.tuples(*[st.integers(1, max_length)] * spec.ndim))
    if tile is None:
        return plan_tiles(shape, footprint, None, draw(words))
    crops = st.tuples(*(st.integers(1, n) for n in footprint.window_at_least(tile)))
    return plan_tiles(shape, footprint, tile, draw(words | crops))


def _least_work(footprint: Footprint) -> int:
    return footprint.work(footprint.window_at_least(footprint.period))
