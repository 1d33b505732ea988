"""`shift-unet plan`: the tiles of an image, without the image."""

from math import prod
from typing import Annotated, Any

from cyclopts import Parameter

from ..errors import InputError
from ..geometry import TilePlan, plan_tiles
from ..geometry.footprint import BYTES_PER_VALUE
from ..networks import DEFAULT_MODEL, ModelConfig, read_card
from .console import columns, result, result_json, size
from .foreign import TrustOption, open_model
from .options import CropOption, JsonOption, ModelOption, TileOption, crop_size, numbers


def plan(
    *shape: Annotated[int, Parameter(name="SHAPE", metavar="Y X|Z Y X")],
    model: ModelOption = DEFAULT_MODEL,
    tile: TileOption = None,
    crop: CropOption = "auto",
    trust: TrustOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show how an image would be cut into tiles, and whether seams are to be expected.

    Parameters
    ----------
    shape
        Size of the image in px: Y X, or Z Y X. A 2D model goes through Z plane by plane.
    model
        A bundled model, a model file, or a network of another program.
    tile
        Output window in px, for all axes or one each; if left out, the one of least computing.
    crop
        Kept of each window in px: any number, auto (the largest that leaves no seam) or none.
    trust
        Run the code of another program's network, which then has all your rights.
    as_json
        Print JSON.
    """
    opened = open_model(model, trust=trust)
    card = read_card(opened) if isinstance(opened, str) else opened.config
    if len(shape) not in (2, 3):
        raise InputError("give the size of the image in px, Y X or Z Y X, before the options.")
    stack, space = _split(shape, card.spec.ndim)
    found = plan_tiles(space, card.spec.footprint, numbers("tile", tile), crop_size(crop))
    facts = plan_facts(found, card, prod(stack))
    if as_json:
        result_json(facts)
    else:
        result(_describe(facts))


def plan_facts(found: TilePlan, card: ModelConfig, planes: int = 1) -> dict[str, Any]:
    """Return what is said of a plan that runs for each of some planes; sizes are in px."""
    channels = card.spec.out_channels + card.spec.in_channels
    others = (planes - 1) * prod(found.shape) * channels * BYTES_PER_VALUE
    peak = found.peak_memory_bytes(card.spec.out_channels, card.spec.in_channels)
    return {
        "model": card.name,
        "shape": list(found.shape),
        "planes": planes,
        "period": list(found.period),
        "context_px": list(found.context),
        "output_window": list(found.output_window),
        "input_size": list(found.input_size),
        "crop": list(found.crop),
        "legal": found.legal,
        "reasons": list(found.reasons),
        "nearest_legal_crops": [list(crops) for crops in found.nearest_legal_crops],
        "grid": list(found.grid),
        "tiles": planes * len(found),
        "redundancy": round(found.redundancy, 3),
        "peak_memory_bytes": peak + others,
    }


def _split(shape: tuple[int, ...], ndim: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Tell the planes of a stack from the axes that the network sees."""
    stack, space = shape[:-ndim], shape[-ndim:]
    if any(n < 1 for n in stack):
        raise InputError(f"the image is {size(shape)}; every axis must be at least 1 px.")
    return stack, space


def _describe(facts: dict[str, Any]) -> str:
    planes = f", {facts['planes']} planes" if facts["planes"] > 1 else ""
    grid = " x ".join(map(str, facts["grid"]))
    seams = "expected: " + "; ".join(facts["reasons"]) if facts["reasons"] else "none"
    return columns(
        [
            ("image", size(facts["shape"]) + planes),
            ("model", facts["model"]),
            ("period", size(facts["period"])),
            ("context", f"{size(facts['context_px'])} per side"),
            ("output window", f"{size(facts['output_window'])}, reads {size(facts['input_size'])}"),
            ("crop", size(facts["crop"])),
            ("seams", seams),
            ("tiles", f"{facts['tiles']} ({grid}{planes})"),
            ("computing", f"{facts['redundancy']:.1f} times the least possible"),
            ("peak memory", f"{facts['peak_memory_bytes'] / 2**20:,.0f} MiB"),
        ]
    )
