import json

import numpy as np
import pytest
import tifffile

from napari_shift_unet.images import sample_image
from napari_shift_unet.results import read_results

PIXELS = np.asarray(sample_image("nuclei-small")[0].data)[:90, :110]


@pytest.fixture
def cells(tmp_path):
    tifffile.imwrite(tmp_path / "cells.tif", PIXELS)
    return tmp_path / "cells.tif"


@pytest.fixture
def run(shift_unet, cells, model, tmp_path):
    """Results with seams at 34, 68 and 102 px, which are off the lattice of 4 px."""
    options = ("--model", model, "--tile", 36, "--crop", 34, "--save-embedding")
    shift_unet("segment", cells, "--output", tmp_path / "run", *options)
    return tmp_path / "run"


def embedding(results):
    return np.asarray(results.embedding.data[...])


def test_predict_again_gives_the_run_that_it_should_have_been(
    shift_unet, run, cells, model, tmp_path
):
    given = ("--way", "predict-again", "--image", cells, "--model", model, "--json")
    ran = shift_unet("repair", run, "--output", tmp_path / "fixed", *given)
    assert ran.code == 0, ran.err
    facts = json.loads(ran.out)
    assert (facts["way"], facts["tile"], facts["tiles_kept"]) == ("predict-again", [34, 34], 0)
    shift_unet(
        "segment",
        *(cells, "--output", tmp_path / "legal", "--model", model, "--tile", 36, "--crop", 36),
        "--save-embedding",
    )
    fixed, legal = (read_results(tmp_path / name) for name in ("fixed", "legal"))
    assert (np.asarray(fixed.labels.data) == np.asarray(legal.labels.data)).all()
    np.testing.assert_allclose(embedding(fixed), embedding(legal), atol=1e-3)
    for key in ("crop", "legal", "objects", "clustering", "model_hash"):
        assert fixed.facts[key] == legal.facts[key]
    assert fixed.facts["repair"]["after"]["objects"] == len(fixed.objects)
    assert fixed.facts["certificate"]


@pytest.mark.parametrize("name", ["fixed", "fixed.tif"])
def test_strips(shift_unet, run, cells, model, tmp_path, name):
    given = ("--way", "strips", "--image", cells, "--model", model)
    ran = shift_unet("repair", run, "--output", tmp_path / name, *given)
    assert ran.code == 0, ran.err
    assert "tiles predicted: " in ran.out
    before = read_results(run)
    if name == "fixed.tif":
        assert tifffile.imread(tmp_path / name).shape == PIXELS.shape
        return
    after = read_results(tmp_path / name)
    assert after.facts["crop"] == [34, 34]
    assert after.facts["repair"]["way"] == "strips"
    assert (np.asarray(after.labels.data) != np.asarray(before.labels.data)).any()
    renewed = (embedding(after) != embedding(before)).any(axis=0)
    assert 0 < renewed.sum() <= after.facts["repair"]["pixels_renewed"]


def test_labels_without_a_run(shift_unet, run, cells, model, tmp_path):
    given = ("--image", cells, "--model", model, "--tile", 34, "--json")
    for way in ("strips", "predict-again"):
        output = tmp_path / f"{way}.tif"
        ran = shift_unet("repair", run / "labels.tif", "--output", output, "--way", way, *given)
        assert ran.code == 0, ran.err
        assert json.loads(ran.out)["tiles_predicted"] > 0


def test_a_run_without_seams_stays(shift_unet, cells, model, tmp_path):
    shift_unet("segment", cells, "--output", tmp_path / "run", "--model", model, "--tile", 36)
    before = read_results(tmp_path / "run")
    for way in ("strips", "predict-again"):
        given = ("--way", way, "--image", cells, "--model", model)
        shift_unet("repair", tmp_path / "run", "--output", tmp_path / way, *given)
        after = read_results(tmp_path / way)
        assert (np.asarray(after.labels.data) == np.asarray(before.labels.data)).all()
        assert after.facts["legal"]
        assert after.facts["repair"]["tiles_predicted"] == 0


def test_what_is_missing_or_does_not_fit(shift_unet, run, cells, model, tmp_path):
    def error(labels, *options):
        return shift_unet("repair", labels, "--output", tmp_path / "fixed", *options).error

    strips = ("--way", "strips")
    assert "Give it with --image" in error(run, *strips)
    given = (*strips, "--image", cells)
    assert "names the model 'tiny', which does not come with" in error(run, *given)
    assert "needs the model that made the labels" in error(run / "labels.tif", *given)
    other = error(run, *given, "--model", "nuclei-2d")
    assert "'nuclei-2d'" in other
    assert "is not the one of the run, 'tiny'" in other
    assert "there is no model 'none'" in error(run, *given, "--model", "none")
    tifffile.imwrite(tmp_path / "small.tif", PIXELS[:50])
    small = error(run, *strips, "--image", tmp_path / "small.tif", "--model", model)
    assert "Give the image that was segmented" in small
    assert "--threshold is for --way merge" in error(run, *given, "--threshold", 0.5)
    assert "--model has no effect on a merge" in error(run, "--model", model)
    (run / "run.json").write_text(json.dumps({**read_results(run).facts, "prompts": {"count": 1}}))
    assert "made of boxes and clicks" in error(run, *given, "--model", model)
