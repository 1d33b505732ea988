from pathlib import Path

import numpy as np
import pytest
from napari._app_model.constants import MenuId
from napari.components import ViewerModel
from napari.layers import Image, Labels
from npe2 import PluginManifest
from npe2.cli import app
from typer.testing import CliRunner

import napari_shift_unet
from napari_shift_unet.images import sample_names

PLUGIN = "napari-shift-unet"
SHIPPED = Path(napari_shift_unet.__file__).parent / "napari.yaml"
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def manifest() -> PluginManifest:
    """The manifest as napari reads it."""
    return PluginManifest.from_file(SHIPPED)


@pytest.mark.parametrize("path", [SHIPPED, ROOT / "napari.yaml"], ids=["package", "top"])
def test_npe2_calls_the_manifest_valid_and_finds_what_it_names(path):
    result = CliRunner().invoke(app, ["validate", "--imports", str(path)])
    assert result.exit_code == 0, result.output


def test_the_file_at_the_top_is_the_one_that_ships():
    assert (ROOT / "napari.yaml").resolve() == SHIPPED.resolve()


def test_no_sample_is_called_like_a_command(manifest):
    tails = {command.id.partition(".")[2] for command in manifest.contributions.commands}
    assert tails.isdisjoint(sample.key for sample in manifest.contributions.sample_data)


def test_menus_are_among_those_that_napari_shows(manifest):
    contributable = {str(menu) for menu in MenuId.contributables()}
    assert set(manifest.contributions.menus) <= contributable


def test_every_shipped_image_is_a_sample(manifest):
    assert set(sample_names()) <= {sample.key for sample in manifest.contributions.sample_data}


@pytest.mark.parametrize(
    ("key", "shape", "objects"),
    [
        ("u2os-nuclei", (520, 696), 138),
        ("nuclei-small", (256, 256), 79),
        ("discs", (284, 284), 289),
    ],
)
def test_samples_open_with_their_truth(plugins, key, shape, objects):
    image, truth = ViewerModel().open_sample(PLUGIN, key)
    assert isinstance(image, Image)
    assert isinstance(truth, Labels)
    assert image.data.shape == truth.data.shape == shape
    assert len(np.unique(truth.data)) - 1 == objects
    assert (image.name, truth.name) == (key, f"{key}: truth")
    assert image.visible
    assert not truth.visible
