"""Figures about seams: how a training window and a crop make them, and how they go."""

from .config import Claim, Figure, Row, Scene, exactly
from .recipes import Size, lesson, mean_shift

TILES = 8
"""Uncropped tiles along each axis of a view in which seams are looked for."""
VARIATIONS: dict[str, dict[str, float]] = {
    "Gaussian noise of 0.1": {"noise": 0.1},
    "elastic deformation of 0.2 px": {"elastic_px": 0.2},
}


def fig4(name: str, quick: bool) -> Figure:
    """Return Fig. 4 a to c of [R]."""
    size = _size(quick)
    scene, period = _close_discs(quick), size.period
    window, legal = _windows(quick)
    small, large = lesson(scene, size, period), lesson(scene, size, window)
    rows = (
        Row(
            title=f"(a) trained with an output window of {period} px = f^l, stitched {period} px",
            lesson=small,
            view_px=TILES * window,
            tile_px=period,
            crop_px=period,
            clustering=mean_shift(0.2),
            claims=(*_seams(period), Claim(measure="false_splits_at_lattice", least=1)),
        ),
        Row(
            title=f"(b) trained with {window} px > f^l, stitched {window} px",
            lesson=large,
            view_px=TILES * window,
            tile_px=window,
            crop_px=window,
            clustering=mean_shift(0.2),
            claims=(*_seams(window), Claim(measure="false_splits_at_borders", least=1)),
        ),
        Row(
            title=f"(c) trained with {window} px, cropped to {legal} px, a multiple of f^l",
            lesson=large,
            view_px=TILES * window,
            tile_px=window,
            crop_px=legal,
            clustering=mean_shift(0.2),
            claims=(
                *_seams(0),
                exactly("false_splits_at_borders", 0),
                exactly("false_splits_at_lattice", 0),
            ),
        ),
    )
    return Figure(
        name=name,
        claim=(
            "Training with an output window of f^l leaves seams on the f^l grid; a larger one "
            "leaves them at the borders of tiles; cropped to a multiple of f^l there are none."
        ),
        rows=rows,
    )


def wrong_crop(name: str, quick: bool) -> Figure:
    """Return Suppl. Figs. 3 c and d of [R], each with a right crop beside the wrong one."""
    size = _size(quick)
    window, legal = _windows(quick)
    rows = []
    for what, change in VARIATIONS.items():
        taught = lesson(_close_discs(quick).model_copy(update=change), size, window)
        for crop, seams in ((window, window), (legal, 0)):
            rows.append(
                Row(
                    title=f"{what}; trained with {window} px, stitched {crop} px",
                    lesson=taught,
                    view_px=TILES * window,
                    tile_px=window,
                    crop_px=crop,
                    clustering=mean_shift(1.0),
                    claims=_seams(seams),
                )
            )
    return Figure(
        name=name,
        claim=(
            "Neither noise nor elastic deformation hides the seams of a wrong crop; a right one "
            "has none with them either."
        ),
        rows=tuple(rows),
    )


def _size(quick: bool) -> Size:
    return Size(3, 12, 1500, 3e-3, True) if quick else Size(4, 16, 33_000, 1e-4, False)


def _seams(tile: int) -> tuple[Claim, ...]:
    """Return the claim that an audit finds seams of this distance along both axes; 0 for none."""
    return tuple(exactly(f"seam_tile_{axis}", tile) for axis in "yx")


def _windows(quick: bool) -> tuple[int, int]:
    """Return an output window beyond the period, and the largest multiple of the period in it.

    The border of an uncropped tile shifts the lattice by 4 px, half a period of the quick size. Six
    discs in a quick window keep their groups from repeating every 4 px, which would hide that; and
    the window is no multiple of their spacing, so that borders cut them.
    """
    return (44, 40) if quick else (20, 16)


def _close_discs(quick: bool) -> Scene:
    return Scene(radius_px=3, spacing_px=9) if quick else Scene(radius_px=5, spacing_px=13)
