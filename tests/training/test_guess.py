import numpy as np
import pytest

from napari_shift_unet.networks.config import check_offsets
from napari_shift_unet.training import Sample, first_guess, network_for
from tiny_training import disc_sample, tiny_config


@pytest.mark.parametrize("ndim", [2, 3])
@pytest.mark.parametrize("method", ["discriminative", "semi-convolutional", "spatial-embedding"])
def test_a_network_has_room_for_its_method(method, ndim):
    spec = network_for(method, ndim, levels=2, width=4)
    check_offsets(method, spec)
    assert (spec.ndim, spec.levels, spec.width) == (ndim, 2, 4)
    assert spec.period == ((4, 4) if ndim == 2 else (2, 4, 4))


def test_the_bandwidth_is_the_radius_of_an_object():
    found = first_guess(tiny_config(), [disc_sample()])
    assert found.clustering == {"bandwidth": pytest.approx(5, abs=0.1)}
    assert found.loss == {}


def test_in_three_axes_too():
    labels = ((np.indices((21, 21, 21)) - 10) ** 2).sum(0) <= 36
    sample = Sample("ball", np.zeros((1, 21, 21, 21), np.float32), labels.astype(np.int64))
    spec = network_for("semi-convolutional", 3, levels=1, width=2)
    found = first_guess(tiny_config(spec=spec), [sample])
    assert found.clustering["bandwidth"] == pytest.approx(6, abs=0.1)


@pytest.mark.parametrize(("loss", "bandwidth"), [({}, 1.5), ({"delta_push": 4.0}, 4.0)])
def test_the_discriminative_loss_pushes_neighbours_and_keeps_its_margin(loss, bandwidth):
    config = tiny_config(method="discriminative", loss=loss)
    found = first_guess(config, [disc_sample()])
    assert found.clustering == {"bandwidth": bandwidth}
    assert found.loss == {"neighbours_px": pytest.approx(30, abs=0.6), **loss}


def test_what_the_recipe_says_stays():
    clustering, loss = {"bandwidth": 3.0, "min_size": 4}, {"neighbours_px": None}
    config = tiny_config(method="discriminative", clustering=clustering, loss=loss)
    assert first_guess(config, [disc_sample()]) == config
