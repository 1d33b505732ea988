"""Boxes and clicks in CSV files that hold anything."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fuzzing import NUMBERS, TEXTS, damaged, folder, fuzzed, own_errors_only
from napari_shift_unet.images import Image, select
from napari_shift_unet.segmentation.prompt_table import read_prompts

FLAT = select(Image(np.zeros((30, 40), np.uint8), "yx"), 2)
STACK = select(Image(np.zeros((4, 30, 40), np.uint8), "zyx"), 2)
VOLUME = select(Image(np.zeros((8, 30, 40), np.uint8), "zyx"), 3)
HEADERS = (
    "y0,x0,y1,x1",
    "z,y0,x0,y1,x1,label",
    "z0,y0,x0,z1,y1,x1",
    "y,x",
    "z,y,x,label",
    "index,axis-0,axis-1",
    "index,shape-type,vertex-index,axis-0,axis-1",
    "index,shape-type,vertex-index,axis-0,axis-1,axis-2",
)
FILES = [
    b"y0,x0,y1,x1\n2,3,10,12\n4,5,9,9\n",
    b"z,y,x,label\n1,2,3,4\n2,5,6,7\n",
    b"index,shape-type,vertex-index,axis-0,axis-1\n"
    b"0,rectangle,0,2,3\n0,rectangle,1,2,9\n0,rectangle,2,8,9\n0,rectangle,3,8,3\n",
]
CELLS = NUMBERS.map(str) | TEXTS | st.sampled_from(("rectangle", "ellipse", "path", "0", "0"))


@st.composite
def tables(draw):
    header = draw(st.sampled_from(HEADERS))
    width = header.count(",") + 1
    rows = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=6))
    lines = [header, *(",".join(row) for row in rows)]
    return "\n".join(lines).encode(errors="replace")


@fuzzed
@given(tables() | damaged(FILES), st.sampled_from((FLAT, STACK, VOLUME)))
def test_tables_of_prompts(content, selection):
    with folder() as place, own_errors_only():
        path = place / "boxes.csv"
        path.write_bytes(content)
        for prompt in read_prompts(path, selection):
            assert prompt.label >= 0
