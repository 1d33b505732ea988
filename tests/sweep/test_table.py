import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.errors import InputError, OutputError
from napari_shift_unet.sweep.table import Measurement, append_row, read_table, write_table

names = st.text(string.ascii_letters + string.digits + ' ,;"é-_', min_size=1, max_size=12)
counts = st.integers(0, 10_000)
rows = st.builds(Measurement, counts, names, *[counts] * 6, st.floats(0, 1, allow_subnormal=False))


@given(st.lists(rows, max_size=5), st.lists(rows, max_size=3))
def test_what_was_written_is_read(tmp_path_factory, written, added):
    folder = tmp_path_factory.mktemp("table")
    assert read_table(folder) == []
    write_table(folder, written)
    for row in added:
        append_row(folder, row)
    assert read_table(folder) == written + added


def test_a_row_that_was_cut_off_is_left_out(tmp_path):
    row = Measurement(112, "a", 5, 6, 1, 1, 0, 0, 0.75)
    write_table(tmp_path, [row, row])
    path = tmp_path / "images.csv"
    path.write_text(path.read_text()[:-4])
    assert read_table(tmp_path) == [row]


@pytest.mark.parametrize("text", ["window,image\n", "\n", "no table\n1,2\n"])
def test_other_files(tmp_path, text):
    (tmp_path / "images.csv").write_text(text)
    with pytest.raises(InputError, match="is no table of a sweep"):
        read_table(tmp_path)


def test_other_cells(tmp_path):
    write_table(tmp_path, [])
    path = tmp_path / "images.csv"
    path.write_text(path.read_text() + "112,a,5,6,x,1,0,0,0.75\n")
    with pytest.raises(InputError, match="is no table of a sweep"):
        read_table(tmp_path)


def test_a_target_that_cannot_be_written(tmp_path):
    row = Measurement(112, "a", 5, 6, 1, 1, 0, 0, 0.75)
    with pytest.raises(OutputError, match="cannot be written"):
        append_row(tmp_path / "none", row)
