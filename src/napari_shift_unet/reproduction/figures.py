"""The table of figures: what each trains, how it stitches, and what it claims.

The full size is that of [R] and its notebooks: 16 feature maps, the rate and, where they say it,
the number of steps. The quick size is for minutes on two cores: a level and some maps less, smaller
scenes, and batch normalisation, which lets the rate be 30 times higher. The losses are the same.
"""

from collections.abc import Callable

from ..embeddings import ClusterConfig
from ..errors import InputError
from .config import Claim, Figure, Row, Scene, exactly
from .recipes import PULL_ALONE, Size, lesson, mean_shift
from .seam_figures import fig4, wrong_crop

DOT_BANDWIDTH_PX = 2.0


def find_figure(name: str, quick: bool = False) -> Figure:
    """Return a figure by its name.

    Raises
    ------
    InputError
        If there is none of this name.
    """
    if name not in FIGURES:
        raise InputError(f"there is no figure '{name}'. Use one of {', '.join(FIGURES)}.")
    return FIGURES[name](name, quick)


def figure_names() -> list[str]:
    """Return the names of all figures, in the order of the papers."""
    return list(FIGURES)


def _fig2(spacing: int, upsampling: str, apart: bool) -> Callable[[str, bool], Figure]:
    def figure(name: str, quick: bool) -> Figure:
        size = Size(2, 12, 1200, 3e-3, True) if quick else Size(3, 16, 200_000, 5e-5, False)
        scene, discs = Scene(spacing_px=spacing), size.period**2
        view = spacing * size.period
        row = Row(
            title=f"spacing {spacing} px, f^l = {size.period} px, {upsampling} upsampling",
            lesson=lesson(scene, size, view, upsampling=upsampling),
            view_px=view,
            tile_px=view,
            crop_px=view,
            clustering=mean_shift(2.5),
            claims=(exactly("instances", discs), exactly("told_apart", discs if apart else 1)),
        )
        kind = "co-prime with" if apart else "a multiple of"
        what = f"all {discs} discs, f^(2l), are told apart" if apart else "no disc is told apart"
        claim = f"At a spacing that is {kind} f^l, with {upsampling} upsampling, {what}."
        return Figure(name=name, claim=claim, rows=(row,))

    return figure


def _fig5(name: str, quick: bool) -> Figure:
    size = Size(3, 12, 600, 2e-3, True) if quick else Size(4, 16, 20_000, 1e-4, False)
    scene, period = Scene(kind="constant"), size.period
    ids, view = period**2, 4 * period
    numbered = (
        ("learnt upsampling, valid convolutions", "learnt", "valid", exactly("clusters", ids), 1),
        ("fixed upsampling, valid convolutions", "fixed", "valid", exactly("clusters", 1), 1),
        (
            "learnt upsampling, same-padded convolutions, the whole image at once",
            "learnt",
            "same",
            Claim(measure="clusters", least=ids + 1),
            0,
        ),
    )
    rows = []
    for title, upsampling, padding, claim, repeats in numbered:
        tile = view if padding == "same" else period
        rows.append(
            Row(
                title=title,
                # One value for all pixels would be normalised to nothing.
                lesson=lesson(
                    scene, size, tile, upsampling=upsampling, padding=padding, batch_norm=False
                ),
                view_px=view,
                tile_px=tile,
                crop_px=tile,
                clustering=mean_shift(0.5, background=False),
                claims=(claim, exactly("repeats", repeats)),
            )
        )
    return Figure(
        name=name,
        claim=(
            "On a constant image a network with learnt upsampling numbers the pixels of a period, "
            f"{ids} of them; with fixed upsampling its output is constant; with same padding it "
            "knows places beyond that."
        ),
        rows=tuple(rows),
    )


def _varied(change: dict[str, float], what: str) -> Callable[[str, bool], Figure]:
    def figure(name: str, quick: bool) -> Figure:
        size = Size(2, 12, 2000, 3e-3, True) if quick else Size(3, 16, 400_000, 5e-5, False)
        scene = Scene(spacing_px=16, **change)
        view = 16 * size.period
        row = Row(
            title=f"spacing 16 px, f^l = {size.period} px, with {what} drawn afresh at every step",
            lesson=lesson(scene, size, view),
            view_px=view,
            tile_px=view,
            crop_px=view,
            clustering=mean_shift(1.0),
            claims=(Claim(measure="told_apart", least=2),),
        )
        claim = f"With {what}, discs can be told apart even at a spacing that is a multiple of f^l."
        return Figure(name=name, claim=claim, rows=(row,))

    return figure


def _novotny(name: str, quick: bool) -> Figure:
    size = Size(2, 12, 500, 3e-3, True) if quick else Size(2, 16, 20_000, 1e-4, False)
    scene, side = Scene(spacing_px=16), 4 if quick else 8
    view, dots = 16 * side, side**2
    groupings = {
        "k-means": ClusterConfig(
            method="k-means", clusters=dots, split_components=False, min_size=0
        ),
        "mean shift": mean_shift(2 * DOT_BANDWIDTH_PX**2, background=False),
    }
    plain = lesson(scene, size, view, loss=PULL_ALONE, embedding_dims=8)
    semi = lesson(scene, size, view, "semi-convolutional", {}, embedding_dims=8)
    expected = {
        ("plain", "k-means"): Claim(measure="ap_50", most=0.5),
        ("plain", "mean shift"): exactly("told_apart", 1),
        ("semi-convolutional", "k-means"): Claim(measure="ap_50", least=0.9),
        ("semi-convolutional", "mean shift"): exactly("told_apart", dots),
    }
    rows = tuple(
        Row(
            title=f"{kind} embedding, {grouping}",
            lesson=taught,
            view_px=view,
            tile_px=view,
            crop_px=view,
            clustering=config,
            known_foreground=True,
            claims=(expected[kind, grouping],),
        )
        for kind, taught in (("plain", plain), ("semi-convolutional", semi))
        for grouping, config in groupings.items()
    )
    return Figure(
        name=name,
        claim=(
            "Plain embeddings that are only pulled together do not tell identical dots apart, "
            "however they are grouped; semi-convolutional ones separate all of them."
        ),
        rows=rows,
    )


FIGURES: dict[str, Callable[[str, bool], Figure]] = {
    "fig2a": _fig2(16, "learnt", apart=False),
    "fig2b": _fig2(15, "learnt", apart=True),
    "fig2c": _fig2(15, "fixed", apart=True),
    "fig4": fig4,
    "fig5": _fig5,
    "suppl-noise": _varied({"noise": 0.1}, "Gaussian noise of 0.1"),
    "suppl-elastic": _varied({"elastic_px": 0.2}, "elastic deformation of 0.2 px"),
    "suppl-wrong-crop": wrong_crop,
    "novotny-dots": _novotny,
}
