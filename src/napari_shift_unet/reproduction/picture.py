"""The panels of a figure as one picture: input, truth, embedding, instances, with the f^l grid."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int, UInt8
from PIL import Image, ImageDraw, ImageFont

from ..embeddings import Projection
from ..images import writing
from .stitching import Stitched

SHOWN_PX = 96
"""Of a larger view so much is shown, from its first pixel on."""
PANEL_PX = 384
"""Smallest edge of a panel on the picture."""
GAP_PX, TITLE_PX, FONT_PX = 12, 30, 17
PANELS = ("input", "truth", "embedding", "instances")
LATTICE, BORDER = (255, 255, 255), (255, 60, 60)
LATTICE_SHARE = 0.45
"""How much the lines of the lattice cover what is below them."""
GOLDEN = 0.6180339887498949
"""Hues this far apart differ for any number of labels."""

Colours = UInt8[np.ndarray, "_ _ 3"]


@dataclass(frozen=True)
class Panels:
    """One line of the picture."""

    title: str
    view: Stitched


def write_picture(path: Path, rows: Sequence[Panels]) -> None:
    """Write the panels as PNG.

    White lines are the f^l grid. Red ones are borders of tiles that lie off it; those on it are not
    drawn twice.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    lines = [_line(row) for row in rows]
    width = max(line.width for line in lines)
    sheet = Image.new("RGB", (width, sum(line.height for line in lines)), "white")
    top = 0
    for line in lines:
        sheet.paste(line, (0, top))
        top += line.height
    with writing(path) as temporary:
        sheet.save(temporary, format="PNG", optimize=True)


def embedding_colours(embedding: Float[np.ndarray, "d y x"]) -> Colours:
    """Return the first three principal components as colours."""
    return _bytes(Projection.fit(embedding).apply(embedding))


def label_colours(labels: Int[np.ndarray, "y x"]) -> Colours:
    """Return a colour for each label, those of following labels far apart; 0 is black."""
    ids = np.arange(int(labels.max(initial=0)) + 1)
    hue = (ids * GOLDEN) % 1
    light = 0.65 + 0.35 * ((ids * GOLDEN * GOLDEN * 5) % 1)
    phase = np.abs((hue[:, None] + np.array([0, 2 / 3, 1 / 3])) % 1 * 6 - 3) - 1
    palette = light[:, None] * (1 - 0.75 * (1 - phase.clip(0, 1)))
    palette[0] = 0
    return _bytes(palette[labels])


def _line(row: Panels) -> Image.Image:
    view = row.view
    shown = min(len(view.labels), SHOWN_PX)
    scale = -(-PANEL_PX // shown)
    pictures = [
        picture[:shown, :shown]
        for picture in (
            _bytes(np.repeat(_stretched(view.image)[..., None], 3, axis=2)),
            label_colours(view.truth),
            embedding_colours(view.embedding),
            label_colours(view.labels),
        )
    ]
    edge = scale * shown
    size = (len(PANELS) * (edge + GAP_PX) + GAP_PX, 2 * TITLE_PX + edge + GAP_PX)
    line = Image.new("RGB", size, "white")
    pen, font = ImageDraw.Draw(line), ImageFont.load_default(FONT_PX)
    pen.text((GAP_PX, TITLE_PX // 4), row.title, fill="black", font=font)
    for at, (name, colours) in enumerate(zip(PANELS, pictures, strict=True)):
        left = GAP_PX + at * (edge + GAP_PX)
        pen.text((left, TITLE_PX + TITLE_PX // 4), name, fill="dimgray", font=font)
        line.paste(Image.fromarray(_with_grid(colours, view, scale)), (left, 2 * TITLE_PX))
    return line


def _with_grid(colours: Colours, view: Stitched, scale: int) -> Colours:
    """Enlarge a panel and draw the lattice, and the borders of tiles that are off it."""
    large = np.repeat(np.repeat(colours, scale, axis=0), scale, axis=1)
    length, period, crop = len(colours), view.plan.period[0], view.plan.crop[0]
    _draw_lines(large, range(period, length, period), scale, LATTICE, LATTICE_SHARE)
    if crop % period:
        _draw_lines(large, range(crop, length, crop), scale, BORDER, 1.0)
    return large


def _draw_lines(
    large: Colours, places: Iterable[int], scale: int, colour: Sequence[int], share: float
) -> None:
    """Blend lines of one px of the picture into it, in place."""
    for place in places:
        at = place * scale
        for line in (large[at], large[:, at]):
            line[:] = (1 - share) * line + share * np.asarray(colour)


def _stretched(image: Float[np.ndarray, "y x"]) -> Float[np.ndarray, "y x"]:
    low, high = float(image.min()), float(image.max())
    if high <= low:
        return np.full(image.shape, 0.5, np.float32)
    return (image - low) / (high - low)


def _bytes(shares: Float[np.ndarray, "..."]) -> UInt8[np.ndarray, "..."]:
    rounded: np.ndarray = np.rint(255 * shares).astype(np.uint8)
    return rounded
