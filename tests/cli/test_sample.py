import numpy as np

from napari_shift_unet.images import read_image, sample_image


def test_an_image_its_truth_and_the_truth_cut_into_tiles_are_written(shift_unet, tmp_path):
    ran = shift_unet("sample", "--output", tmp_path / "new")
    assert ran.code == 0
    files = [tmp_path / "new" / name for name in ("nuclei.tif", "truth.tif", "cut.tif")]
    assert ran.out.splitlines() == [str(path) for path in files]
    pixels, truth, cut = (np.asarray(read_image(path).data) for path in files)
    image, labels = sample_image()
    assert np.array_equal(pixels, image.data)
    assert np.array_equal(truth, labels)
    assert cut.max() > truth.max() == 138


def test_files_that_are_there_stay(shift_unet, tmp_path):
    mine = tmp_path / "nuclei.tif"
    mine.write_text("mine")
    message = shift_unet("sample", "--output", tmp_path).error
    assert "is there already" in message
    assert [path.name for path in tmp_path.iterdir()] == ["nuclei.tif"]
