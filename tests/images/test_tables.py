import pandas as pd
import pytest

from napari_shift_unet.errors import OutputError
from napari_shift_unet.images import write_table_csv

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
