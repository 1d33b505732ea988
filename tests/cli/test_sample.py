import numpy as np
import pandas as pd

from napari_shift_unet.images import read_image, sample_image

NAMES = ("nuclei.tif", "truth.tif", "cut.tif", "boxes.csv")


def test_an_image_and_what_others_say_of_it_are_written(shift_unet, tmp_path):
    ran = shift_unet("sample", "--output", tmp_path / "new")
    assert ran.code == 0
    files = [tmp_path / "new" / name for name in NAMES]
    assert ran.out.splitlines() == [str(path) for path in files]
    pixels, truth, cut = (np.asarray(read_image(path).data) for path in files[:3])
    image, labels = sample_image()
    assert np.array_equal(pixels, image.data)
    assert np.array_equal(truth, labels)
    assert cut.max() > truth.max() == 138
    boxes = pd.read_csv(files[3])
    assert len(boxes) == 138
    first = boxes.iloc[0]
    assert 1 in truth[first.y0 : first.y1, first.x0 : first.x1]


def test_files_that_are_there_stay(shift_unet, tmp_path):
    mine = tmp_path / "nuclei.tif"
    mine.write_text("mine")
    message = shift_unet("sample", "--output", tmp_path).error
    assert "is there already" in message
    assert [path.name for path in tmp_path.iterdir()] == ["nuclei.tif"]


def test_a_folder_that_cannot_be_made_is_named(shift_unet, tmp_path):
    (tmp_path / "file").write_text("mine")
    message = shift_unet("sample", "--output", tmp_path / "file" / "new").error
    assert "cannot be made" in message
