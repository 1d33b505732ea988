import pandas as pd

from napari_shift_unet.gui.features import with_columns

NAMES = ("kind",)
KNOWN = pd.DataFrame({"index": [1, 2], "area": [5.0, 6.0], "kind": ["a", "b"]})


def test_columns_are_replaced_and_the_others_kept():
    table = with_columns(KNOWN, NAMES, pd.DataFrame({"index": [2, 3], "kind": ["c", "d"]}))
    assert list(table) == ["index", "area", "kind"]
    assert list(table["index"]) == [2, 3]
    assert list(table["kind"]) == ["c", "d"]
    assert table["area"][0] == 6
    assert pd.isna(table["area"][1])


def test_columns_are_taken_out():
    table = with_columns(KNOWN, NAMES, None)
    assert list(table) == ["index", "area"]


def test_rows_without_ids_are_numbered():
    table = with_columns(pd.DataFrame({"area": [0, 7]}), NAMES, None)
    assert list(table["index"]) == [0, 1]
