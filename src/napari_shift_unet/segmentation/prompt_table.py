"""Boxes and clicks in CSV files: the project's own, and what napari saves of its layers."""

from collections.abc import Callable
from math import ceil, isfinite
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..errors import InputError
from ..images import Selection
from ..images.tables import read_rows_csv
from .prompts import (
    Prompt,
    make_prompt,
    one_px,
    prompt_of_point,
    prompt_of_shape,
)

AREAS = ("rectangle", "ellipse", "polygon")
Cells = dict[str, str]


class Row(NamedTuple):
    """Cells of a line of a file."""

    line: int
    cells: Cells

    def number(self, column: str) -> float:
        """Return the number in a cell."""
        try:
            value = float(self.cells[column])
        except ValueError:
            value = np.nan
        if not isfinite(value):
            raise InputError(f"{column} is '{self.cells[column]}'; it must be a number.")
        return value


def read_prompts(path: str | Path, selection: Selection) -> list[Prompt]:
    """Read the boxes or clicks of a file.

    Columns may stand in any order, others are ignored. Numbers are in px of the image.

    - Boxes: ``y0, x0, y1, x1``, and ``z0, z1`` for a 3D network; half-open, a pixel belongs to the
      box from its index on.
    - Clicks: ``y, x``, and ``z`` for a 3D network.
    - Both may have a ``label``, a whole number from 1, and need ``z`` or ``t`` where the network
      goes through several planes.
    - What napari saves of a Shapes layer (``index, shape-type, vertex-index, axis-0, ...``) or of a
      Points layer (``index, axis-0, ...``), drawn over the image without a scale of its own.

    Parameters
    ----------
    path
        The CSV file.
    selection
        What the network sees of the image.

    Raises
    ------
    InputError
        If the file cannot be read, columns are missing, or a row cannot be used; it is named.
    """
    path = Path(path)
    rows = [Row(line, cells) for line, cells in read_rows_csv(path)]
    columns = set(rows[0].cells)
    if "axis-0" not in columns:
        return _read_own(path, rows, columns, selection)
    if "vertex-index" in columns:
        return _read_shapes(path, rows, selection)
    axes = _axis_columns(columns)
    return _each(path, rows, lambda row: prompt_of_point(selection, _position(row, axes)))


def _read_own(path: Path, rows: list[Row], columns: set[str], selection: Selection) -> list[Prompt]:
    space = selection.space
    planes = [letter for letter in selection.loop_axes if letter in columns]
    ends = [f"{letter}{end}" for end in "01" for letter in space]
    is_box = not columns.isdisjoint(ends)
    needed = ends if is_box else list(space)
    missing = [name for name in needed if name not in columns]
    if missing:
        raise InputError(
            f"{path} has no column {missing[0]}. Write boxes as {', '.join(ends)} or clicks as "
            f"{', '.join(space)}, in px."
        )

    def read(row: Row) -> Prompt:
        at = {letter: one_px(row.number(letter)) for letter in planes}
        label = _label(row) if "label" in columns else 0
        if is_box:
            sides = {x: _side(row.number(f"{x}0"), row.number(f"{x}1")) for x in space}
            return make_prompt(selection, sides, at | sides, label=label)
        click = {letter: one_px(row.number(letter)) for letter in space}
        return make_prompt(selection, None, at | click, label=label)

    prompts = _each(path, rows, read)
    _check_labels(path, rows, prompts)
    return prompts


def _read_shapes(path: Path, rows: list[Row], selection: Selection) -> list[Prompt]:
    axes = _axis_columns(set(rows[0].cells))
    missing = next((x for x in ("index", "shape-type") if x not in rows[0].cells), None)
    if missing is not None:
        raise InputError(f"{path} has no column {missing}. Save the Shapes layer again.")
    shapes: dict[str, list[Row]] = {}
    for row in rows:
        shapes.setdefault(row.cells["index"], []).append(row)

    def read(first: Row) -> Prompt:
        kind = first.cells["shape-type"]
        if kind not in AREAS:
            raise InputError(f"the shape is a {kind}; draw rectangles, ellipses or polygons.")
        vertices = [_position(row, axes) for row in shapes[first.cells["index"]]]
        return prompt_of_shape(selection, np.stack(vertices))

    return _each(path, [shape[0] for shape in shapes.values()], read)


def _each(path: Path, rows: list[Row], read: Callable[[Row], Prompt]) -> list[Prompt]:
    """Read every row and name the one that cannot be used."""
    prompts = []
    for row in rows:
        try:
            prompts.append(read(row))
        except InputError as error:
            raise InputError(f"{path.name}, row {row.line}: {error}") from error
    return prompts


def _position(row: Row, axes: list[str]) -> np.ndarray:
    return np.array([row.number(axis) for axis in axes])


def _axis_columns(columns: set[str]) -> list[str]:
    """Return axis-0, axis-1, ... as far as they go."""
    count = next(n for n in range(len(columns) + 1) if f"axis-{n}" not in columns)
    return [f"axis-{n}" for n in range(count)]


def _side(start: float, stop: float) -> tuple[int, int]:
    return ceil(start), ceil(stop)


def _label(row: Row) -> int:
    label = row.number("label")
    if label != int(label) or not 0 < label <= np.iinfo(np.int32).max:
        raise InputError(
            f"label is '{row.cells['label']}'; it must be a whole number from 1 to 2,147,483,647."
        )
    return int(label)


def _check_labels(path: Path, rows: list[Row], prompts: list[Prompt]) -> None:
    seen: set[int] = set()
    for row, prompt in zip(rows, prompts, strict=True):
        if prompt.label in seen - {0}:
            raise InputError(
                f"{path.name}, row {row.line}: the label {prompt.label} was given before. "
                "Give each object one of its own."
            )
        seen.add(prompt.label)
