"""From a plan with seams to the nearest one without."""

from ..errors import InputError
from .planning import plan_tiles
from .tiling import TilePlan


def mended_plan(plan: TilePlan) -> TilePlan:
    """Return the plan without seams that differs least; one that has none comes back as it is.

    Axes without a fault keep their crop. On the others it becomes the largest of the nearest legal
    ones that fits into the window, or one period, and the window grows where that needs it. A
    context that is too small becomes what the network's padding reaches.

    Raises
    ------
    InputError
        If no tiling of this network is free of seams.
    """
    if plan.legal:
        return plan
    footprint = plan.footprint
    if footprint.flaws:
        raise InputError(
            f"no tiling of this network is free of seams: {'; '.join(footprint.flaws)}. "
            "Use another network, or merge the objects that a seam cut."
        )
    context = tuple(
        c if c >= least else -(-least // t) * t
        for c, least, t in zip(
            footprint.context, footprint.required_context, footprint.period, strict=True
        )
    )
    crop = mended_crop(plan)
    window = tuple(map(max, plan.output_window, crop))
    return plan_tiles(plan.shape, footprint.with_context(context), window, crop)


def mended_crop(plan: TilePlan) -> tuple[int, ...]:
    """Return the crop of `mended_plan`, in px per axis; networks without a legal one included."""
    axes = zip(
        plan.crop,
        plan.exact_axes,
        plan.nearest_legal_crops,
        plan.output_window,
        plan.period,
        strict=True,
    )
    return tuple(
        kept if exact else max((n for n in nearest if n <= window), default=period)
        for kept, exact, nearest, window, period in axes
    )


def tiles_on_lattice(plan: TilePlan) -> list[tuple[slice, ...]]:
    """Return the parts of the image that hold the values of one pass over the whole of it.

    They are the writes of the tiles that begin at a multiple of the period on every axis, where the
    context suffices and the network keeps to the law.
    """
    short = any(
        c < least for c, least in zip(plan.context, plan.footprint.required_context, strict=True)
    )
    if short or plan.footprint.flaws:
        return []
    return [
        tile.target
        for tile in plan
        if not any(start % t for (start, _), t in zip(tile.write, plan.period, strict=True))
    ]
