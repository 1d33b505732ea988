"""Files of boxes and clicks; the ones of napari are written by napari."""

from pathlib import Path

import numpy as np
import pytest

from napari_shift_unet.errors import InputError
from napari_shift_unet.images import Image, Selection, select
from napari_shift_unet.segmentation import Prompt
from napari_shift_unet.segmentation.prompt_table import read_prompts

PLANE = select(Image(np.zeros((20, 30), np.uint8), "yx"), 2)
MOVIE = select(Image(np.zeros((4, 20, 30), np.uint8), "tyx"), 2)
VOLUME = select(Image(np.zeros((8, 20, 30), np.uint8), "zyx"), 3)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "boxes.csv"


def read(path: Path, text: str, selection: Selection = PLANE) -> list[Prompt]:
    path.write_text(text)
    return read_prompts(path, selection)


def box(*sides: tuple[int, int]) -> tuple[slice, ...]:
    return tuple(slice(*side) for side in sides)


def test_boxes_are_half_open_and_labels_are_kept(path: Path) -> None:
    first, second = read(path, "x0,y0,y1,x1,who,label\n2,1,4,5,me,7\n3.5,0,99,6,you,2\n")
    assert (first.limits, first.label) == (box((1, 4), (2, 5)), 7)
    assert (second.limits, second.label) == (box((0, 20), (4, 6)), 2)
    assert first.seeds == first.limits


def test_clicks(path: Path) -> None:
    (found,) = read(path, "x,y\n4,3\n")
    assert found == Prompt((), box((0, 20), (0, 30)), box((3, 4), (4, 5)))


def test_planes_and_volumes(path: Path) -> None:
    (found,) = read(path, "t,y0,x0,y1,x1\n2,1,2,4,5\n", MOVIE)
    assert found.plane == (2,)
    (found,) = read(path, "z0,z1,y0,x0,y1,x1\n3,6,1,2,4,5\n", VOLUME)
    assert found.limits == found.seeds == box((3, 6), (1, 4), (2, 5))


def write_with_napari(path: Path, kind: str, data: object, **meta: object) -> None:
    from napari_builtins.io import napari_write_points, napari_write_shapes

    write = {"points": napari_write_points, "shapes": napari_write_shapes}[kind]
    assert write(str(path), data, meta)


def test_shapes_as_napari_saves_them(path: Path) -> None:
    corners = np.array([(2, 3.5), (2, 8.2), (6.4, 8.2), (6.4, 3.5)])
    triangle = np.array([(10, 3), (12, 9.5), (15, 3)])
    write_with_napari(path, "shapes", [corners, triangle], shape_type=["rectangle", "polygon"])
    first, second = read_prompts(path, PLANE)
    assert first.limits == box((2, 7), (4, 9))
    assert second.limits == box((10, 16), (3, 10))
    corners = np.insert(corners, 0, 2.0, axis=1)
    write_with_napari(path, "shapes", [corners])
    assert read_prompts(path, MOVIE)[0].plane == (2,)
    (found,) = read_prompts(path, VOLUME)
    assert (found.limits[0], found.seeds[0]) == (slice(0, 8), slice(2, 3))


def test_points_as_napari_saves_them(path: Path) -> None:
    features = {"object": np.array([4, 0])}
    write_with_napari(path, "points", np.array([(3.2, 4), (9, 9)]), properties=features)
    first, second = read_prompts(path, PLANE)
    assert first.seeds == box((3, 4), (4, 5))
    assert (first.label, second.label) == (0, 0)


SHAPES = "index,shape-type,vertex-index,axis-0,axis-1\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a,b\n1,2\n", r"has no column y\. Write boxes as y0, x0, y1, x1 or clicks as y, x"),
        ("y0,x0,y1\n1,2,3\n", "has no column x1"),
        ("y,x\n1,2\n3,four\n", r"boxes\.csv, row 3: x is 'four'; it must be a number"),
        ("y,x\n1,\n", "row 2: x is ''; it must be"),
        ("y,x\n1,inf\n", "row 2: x is 'inf'; it must be"),
        ("y0,x0,y1,x1\n5,2,5,9\n", "row 2: the box holds no pixel along y"),
        ("y0,x0,y1,x1\n9,2,5,9\n", "row 2: the box holds no pixel along y"),
        ("y0,x0,y1,x1\n1,2,4,9\n\n1,40,4,50\n", "row 4: the box lies outside .* from 40 to 50 px"),
        ("y,x\n25,2\n", "row 2: the point lies outside"),
        ("y,x,label\n2,2,1.5\n", "row 2: label is '1.5'"),
        ("y,x,label\n2,2,0\n", "row 2: label is '0'"),
        ("y,x,label\n2,2,3\n2,4,4\n2,6,3\n", "row 4: the label 3 was given before"),
        (SHAPES + "0,line,0,1,2\n0,line,1,5,6\n", "row 2: the shape is a line"),
        (SHAPES + "0,rectangle,0,1,2\n0,rectangle,1,5,x\n", "row 2: axis-1 is 'x'"),
        ("vertex-index,axis-0,axis-1\n0,1,2\n", "has no column index"),
        ("index,axis-0\n0,1\n", "row 2: there are 1 axes; the image has y, x"),
    ],
)
def test_the_row_that_cannot_be_used_is_named(path: Path, text: str, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint) as caught:
        read(path, text)
    assert "\n" not in str(caught.value)


def test_a_plane_that_is_not_named(path: Path) -> None:
    with pytest.raises(InputError, match="row 2: the box does not say its t; the image has 4"):
        read(path, "y0,x0,y1,x1\n1,2,4,5\n", MOVIE)
    with pytest.raises(InputError, match="no column z0"):
        read(path, "y0,x0,y1,x1\n1,2,4,5\n", VOLUME)
