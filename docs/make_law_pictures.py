"""Make the pictures of why-seams.md: what a bundled network says of one nucleus, tile by tile."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from skimage.measure import label
from skimage.segmentation import find_boundaries

from napari_shift_unet import load_model
from napari_shift_unet.embeddings import Projection
from napari_shift_unet.images import measure_intensity, sample_image
from napari_shift_unet.networks import Model
from napari_shift_unet.prediction import drain
from napari_shift_unet.segmentation import SegmentConfig, embed_image

IMAGES = Path(__file__).parent / "images"
MODEL, PERIOD = "nuclei-2d-discriminative", 16
OFF, ON = 148, 144
"""Crops in px: off the lattice, and on it."""
NUCLEUS = (slice(220, 276), slice(564, 620))
"""Rows and columns of the nucleus that a tile border at x = 592 cuts."""
BORDER = 4
"""So many tiles lie before that border."""
WINDOW = 148
SHIFTS = range(0, PERIOD + 1, 4)
AROUND = (slice(212, 284), slice(532, 652))
"""A wider view of the same nucleus."""
GAP, TITLE, FONT = 10, 26, 17
BLUE, ORANGE, RED = (80, 170, 255), (255, 150, 60), (255, 70, 70)
Line = tuple[int, tuple[int, int, int], int]
"""Where a vertical line stands, in px of the image; its colour and width."""


def main() -> None:
    """Make all of them."""
    image, _ = sample_image()
    model = load_model(MODEL)
    pixels = np.asarray(image.data)
    grey = measure_intensity(pixels, *model.config.percentiles).apply(pixels)
    show_shifts(grey, model)
    show_lattices(grey)
    show_seam(grey, model)


def show_shifts(grey: np.ndarray, model: Model) -> None:
    """Show the code of one nucleus as the image moves under the network, px by px."""
    codes = {shift: look(grey, model, shift) for shift in SHIFTS}
    every, inside = (np.concatenate(parts, -2) for parts in zip(*codes.values(), strict=True))
    colours = Projection.fit(every, inside)
    panels = [
        panel(colours.apply(code) * inside[..., None], 5, f"moved by {shift} px")
        for shift, (code, inside) in codes.items()
    ]
    write(panels, IMAGES / "law-shifts.png")
    assert np.abs(codes[0][0] - codes[PERIOD][0]).max() < 1e-3, "the law does not hold"


def look(grey: np.ndarray, model: Model, shift: int) -> tuple[np.ndarray, np.ndarray]:
    """Return embedding and foreground of the nucleus from a tile that begins `shift` px later."""
    rows, columns = NUCLEUS
    context = model.footprint.context[0]
    top, left = rows.start - 40, columns.start - 60 + shift
    padded = np.pad(grey, context, mode="reflect")
    side = WINDOW + 2 * context
    with torch.inference_mode():
        tile = torch.from_numpy(padded[None, None, top : top + side, left : left + side].copy())
        output = model.network(tile)[0].numpy()
    there = output[:, 40 : 40 + 56, 60 - shift : 60 - shift + 56]
    parts = label(there[-1] > 0)
    return there[:-1], parts == parts[28, 28]


def show_lattices(grey: np.ndarray) -> None:
    """Show the blocks of two tiles that meet, on the lattice and off it."""
    panels = []
    for crop, text in ((ON, "tiles of 144 px = 9 x 16"), (OFF, "tiles of 148 px = 9.25 x 16")):
        begin, border, end = ((BORDER + step) * crop for step in (-1, 0, 1))
        first = [(x, BLUE, 2) for x in range(begin, border, PERIOD)]
        second = [(x, ORANGE, 2) for x in range(border + PERIOD, end, PERIOD)]
        lines = [*first, *second, (border, RED, 4)]
        panels.append(panel(grey[AROUND], 6, text, lines, AROUND[1].start))
    write(panels, IMAGES / "law-lattices.png")


def show_seam(grey: np.ndarray, model: Model) -> None:
    """Show embedding and objects of both tilings around the nucleus, beside the image."""
    image, _ = sample_image()
    found = {
        crop: drain(embed_image(image, model, SegmentConfig(tile=WINDOW, crop=crop)))
        for crop in (ON, OFF)
    }
    codes = {crop: one.embedding[:, *NUCLEUS] for crop, one in found.items()}
    objects = {crop: one.label()[NUCLEUS] for crop, one in found.items()}
    colours = Projection.fit(codes[OFF], objects[OFF] > 0)
    panels = [panel(grey[NUCLEUS], 7, "the image")]
    for crop in (ON, OFF):
        shown = colours.apply(codes[crop]) * (objects[crop] > 0)[..., None]
        shown[find_boundaries(objects[crop], mode="inner")] = 1
        lines: list[Line] = [(BORDER * crop, RED, 2)] if crop == OFF else []
        panels.append(panel(shown, 7, f"tiles of {crop} px", lines, NUCLEUS[1].start))
    write(panels, IMAGES / "law-seam.png")


def panel(
    shares: np.ndarray, zoom: int, title: str, lines: Sequence[Line] = (), left: int = 0
) -> Image.Image:
    """Draw a part of an image, enlarged, with a title above it and lines over it."""
    pixels = np.round(255 * shares.clip(0, 1)).astype(np.uint8)
    part = Image.fromarray(pixels).convert("RGB")
    part = part.resize((part.width * zoom, part.height * zoom), Image.Resampling.NEAREST)
    pen = ImageDraw.Draw(part)
    for x, colour, width in lines:
        along = (x - left) * zoom
        pen.line([(along, 0), (along, part.height)], colour, width)
    whole = Image.new("RGB", (part.width, part.height + TITLE), "white")
    whole.paste(part, (0, TITLE))
    ImageDraw.Draw(whole).text((0, 2), title, "black", ImageFont.load_default(FONT))
    return whole


def write(panels: Sequence[Image.Image], path: Path) -> None:
    """Write panels side by side."""
    width = sum(one.width for one in panels) + GAP * (len(panels) - 1)
    sheet, left = Image.new("RGB", (width, max(one.height for one in panels)), "white"), 0
    for one in panels:
        sheet.paste(one, (left, 0))
        left += one.width + GAP
    sheet.save(path, optimize=True)
    print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
