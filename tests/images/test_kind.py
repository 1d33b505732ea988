import numpy as np
import pytest
import tifffile
import zarr

from napari_shift_unet.images import holds_labels, write_labels_ome_zarr, write_labels_tiff

LABELS = np.array([[0, 1], [2, 2]])


@pytest.mark.parametrize(
    ("name", "highest"), [("cells.tif", 2), ("cells.ome.tif", 2), ("many.tif", 70_000)]
)
def test_labels_written_as_tiff_are_known_as_labels(tmp_path, name, highest):
    write_labels_tiff(tmp_path / name, np.where(LABELS == 2, highest, LABELS))
    assert holds_labels(tmp_path / name)


def test_labels_written_as_ome_zarr_are_known_as_labels(tmp_path):
    write_labels_ome_zarr(tmp_path / "cells.zarr", LABELS)
    assert holds_labels(tmp_path / "cells.zarr")


def test_other_files_are_not_taken_for_labels(tmp_path):
    tifffile.imwrite(tmp_path / "image.tif", LABELS.astype(np.uint16))
    zarr.save(tmp_path / "image.zarr", LABELS)
    (tmp_path / "text.tif").write_text("no image")
    for name in ("image.tif", "image.zarr", "text.tif", "missing.tif"):
        assert not holds_labels(tmp_path / name)
