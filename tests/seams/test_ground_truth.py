"""Real objects cut by known tilings, where the data sets lie beside the repository."""

import runpy
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
SETS = ("dsb2018", "bbbc010", "bbbc050")

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the data sets are not here")


@pytest.fixture(scope="module")
def rates():
    """The functions of the benchmark."""
    return runpy.run_path(str(ROOT / "benchmarks" / "seam_rates.py"))


@pytest.fixture(scope="module")
def truth(rates):
    """Every eighth image of each data set."""
    return {name: rates["read_truth"](DATA / name, every=8) for name in SETS}


def test_tiles_of_many_cut_objects_are_recovered(rates, truth, rng):
    crowded = [image for name in SETS for image in truth[name] if len(np.unique(image)) > 90]
    tested, recovered = rates["recover"](crowded, 100, 64, rng)
    assert tested >= 100
    assert recovered >= 0.95 * tested


def test_uncut_objects_raise_no_alarm(rates, truth):
    images = [image for name in SETS for image in truth[name]]
    assert len(images) >= 45
    assert rates["count_alarms"](images) <= 0.05 * len(images)


@pytest.mark.parametrize("name", SETS)
def test_cut_objects_are_restored_and_others_left_alone(name, rates, truth):
    found = rates["restore"](truth[name], 15, 64, np.random.default_rng(0), [{}])
    assert found.cut > 50
    assert found.restored >= 0.9 * found.cut
    assert found.spoiled <= 0.01 * found.others
