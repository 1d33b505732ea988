"""Where a user says that there is one object: in a box, or at a click."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, floor

import numpy as np
from jaxtyping import Real

from ..embeddings.prompts import Box
from ..errors import InputError
from ..images import Selection

Sides = Mapping[str, tuple[int, int]]
"""Half-open interval in px per axis, by its letter."""


@dataclass(frozen=True)
class Prompt:
    """Where one object is, in px of a plane, or of the volume for a 3D network."""

    plane: tuple[int, ...]
    """Position along the axes that are gone through plane by plane."""
    limits: Box
    """No pixel outside of it belongs to the object; inside of the image."""
    seeds: Box
    """The most confident pixel of this part of the limits is the seed."""
    label: int = 0
    """Of the object; 0 takes one that is free."""


def make_prompt(
    selection: Selection, limits: Sides | None, seeds: Sides, *, label: int = 0
) -> Prompt:
    """Place a prompt in an image; what leaves the image is cut off.

    Parameters
    ----------
    selection
        What the network sees of the image.
    limits
        Of a box; an axis that is left out is not limited. `None` for a click.
    seeds
        Where the seed is, along all axes; one pixel along those that are gone through plane by
        plane, which may be left out where there is one plane.
    label
        Of the object; 0 takes one that is free.

    Raises
    ------
    InputError
        If the box is empty, outside of the image, or reaches over several planes.
    """
    what = "point" if limits is None else "box"
    plane = tuple(_plane(selection, seeds, letter, what) for letter in selection.loop_axes)
    bounds, starts = [], []
    for letter in selection.space:
        length = selection.image.size(letter)
        low, high = (limits or {}).get(letter, (0, length))
        first, last = seeds[letter]
        if low >= high or first >= last:
            raise InputError(f"the {what} holds no pixel along {letter}; make it larger.")
        bounds.append(slice(max(low, 0), min(high, length)))
        starts.append(slice(max(low, first, 0), min(high, last, length)))
        if starts[-1].start >= starts[-1].stop:
            raise InputError(
                f"the {what} lies outside of the image along {letter}: it reaches from {first} to "
                f"{last} px and the image from 0 to {length} px."
            )
    return Prompt(plane, tuple(bounds), tuple(starts), label)


def prompt_of_shape(selection: Selection, vertices: Real[np.ndarray, "n d"]) -> Prompt:
    """Return the prompt of a shape that was drawn on an image: that of its bounding box.

    Parameters
    ----------
    selection
        What the network sees of the image.
    vertices
        In px of the image, a pixel's centre being a whole number; as many axes as the image has,
        with or without channels. A box that was drawn in one slice of a volume, for a 3D network,
        is not limited across it, and has its seed in the slice.

    Raises
    ------
    InputError
        As in `make_prompt`, and if the axes are not those of the image.
    """
    limits, seeds = {}, {}
    for letter, places in _by_letter(selection, vertices).items():
        low, high = float(places.min()), float(places.max())
        if low < high:
            limits[letter] = seeds[letter] = ceil(low), floor(high) + 1
        else:
            seeds[letter] = one_px(low)
    prompt = make_prompt(selection, limits, seeds)
    flat = [letter for letter in selection.space if letter not in limits]
    if len(flat) > len(selection.space) - 2:
        raise InputError(f"the box has no extent along {flat[-1]}; draw it larger.")
    return prompt


def prompt_of_point(selection: Selection, position: Real[np.ndarray, " d"]) -> Prompt:
    """Return the prompt of a click; position and errors as in `prompt_of_shape`."""
    places = _by_letter(selection, position[np.newaxis])
    return make_prompt(selection, None, {x: one_px(float(at[0])) for x, at in places.items()})


def _by_letter(
    selection: Selection, vertices: Real[np.ndarray, "n d"]
) -> dict[str, Real[np.ndarray, " n"]]:
    """Name the axes of positions; that of the channels does not matter."""
    axes = selection.image.axes
    letters = axes if vertices.shape[1] == len(axes) else axes.replace("c", "")
    if vertices.shape[1] != len(letters):
        raise InputError(
            f"there are {vertices.shape[1]} axes; the image has {', '.join(letters)}. "
            "Draw on a layer with the axes of the image."
        )
    if not np.isfinite(vertices).all():
        raise InputError("a position is NaN or infinite; give numbers.")
    named = zip(letters, vertices.T, strict=True)
    return {letter: places for letter, places in named if letter != "c"}


def one_px(at: float) -> tuple[int, int]:
    """Return the half-open interval of the pixel whose centre is nearest."""
    place = floor(at + 0.5)
    return place, place + 1


def _plane(selection: Selection, seeds: Sides, letter: str, what: str) -> int:
    """Return the position of a prompt along an axis that is gone through plane by plane."""
    length = selection.image.size(letter)
    if letter not in seeds and length == 1:
        return 0
    if letter not in seeds:
        raise InputError(
            f"the {what} does not say its {letter}; the image has {length} planes along {letter}."
        )
    start, stop = seeds[letter]
    if stop - start != 1:
        raise InputError(f"the {what} reaches over several planes along {letter}; keep to one.")
    if not 0 <= start < length:
        raise InputError(
            f"the {what} lies outside of the image: its {letter} is {start}; there are the planes "
            f"0 to {length - 1}."
        )
    return start
