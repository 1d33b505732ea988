import pandas as pd
import pytest

from napari_shift_unet.errors import InputError, OutputError
from napari_shift_unet.images import tables, write_table_csv
from napari_shift_unet.images.tables import read_rows_csv

TABLE = pd.DataFrame({"label": [1, 2], "area_px": [10.5, 11.0], "note": ["a,b", "µ"]})


def test_a_table_comes_back(tmp_path):
    write_table_csv(tmp_path / "objects.csv", TABLE)
    text = (tmp_path / "objects.csv").read_text(encoding="utf-8")
    assert text == 'label,area_px,note\n1,10.5,"a,b"\n2,11.0,µ\n'
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "objects.csv"), TABLE)


def test_a_named_index_is_a_column(tmp_path):
    write_table_csv(tmp_path / "objects.csv", TABLE.set_index("label"))
    assert list(pd.read_csv(tmp_path / "objects.csv").columns) == list(TABLE.columns)


def test_a_table_of_no_objects_keeps_its_header(tmp_path):
    write_table_csv(tmp_path / "objects.csv", TABLE.iloc[:0])
    assert (tmp_path / "objects.csv").read_text() == "label,area_px,note\n"


def test_a_target_that_cannot_be_written(tmp_path):
    with pytest.raises(OutputError, match="there is no folder"):
        write_table_csv(tmp_path / "nowhere" / "objects.csv", TABLE)


@pytest.fixture
def written(tmp_path):
    """Return a function that writes a file and gives its path."""

    def write(content):
        path = tmp_path / "boxes.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_rows_come_as_text_with_the_line_that_they_are_on(written):
    path = written('\ufeffy, x ,note\r\n1, 2,"a,b"\r\n\r\n ,,\n3,4,\n')
    first, second = read_rows_csv(path)
    assert first == (2, {"y": "1", "x": "2", "note": "a,b"})
    assert second == (5, {"y": "3", "x": "4", "note": ""})


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "is empty; its first line"),
        ("y,x\n", "has no rows"),
        ("y,x\n,\n\n", "has no rows"),
        ("y,x,y\n1,2,3\n", "two columns 'y'"),
        ("y,x\n1,2\n1,2,3\n", "row 3: there are 3 cells for 2 columns"),
        (b"\xff\xfe\x00\x01", "is no CSV file"),
        ("y,x\n" + "1" * 200_000 + ",2\n", "is no CSV file"),
    ],
)
def test_tables_that_cannot_be_read(written, content, complaint):
    with pytest.raises(InputError, match=complaint):
        read_rows_csv(written(content))


def test_files_that_are_not_there_or_too_large(written, tmp_path, monkeypatch):
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read_rows_csv(tmp_path / "nowhere.csv")
    with pytest.raises(InputError, match="is no file"):
        read_rows_csv(tmp_path)
    monkeypatch.setattr(tables, "MAX_BYTES", 4)
    with pytest.raises(InputError, match="Split it"):
        read_rows_csv(written("y,x\n1,2\n"))
