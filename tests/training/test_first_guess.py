import numpy as np
import pytest

from napari_shift_unet.networks.config import check_offsets
from napari_shift_unet.training import Sample, first_clustering, network_for
from tiny_training import disc_sample, tiny_config


@pytest.mark.parametrize("ndim", [2, 3])
@pytest.mark.parametrize("method", ["discriminative", "semi-convolutional", "spatial-embedding"])
def test_a_network_has_room_for_its_method(method, ndim):
    spec = network_for(method, ndim, levels=2, width=4)
    check_offsets(method, spec)
    assert (spec.ndim, spec.levels, spec.width) == (ndim, 2, 4)


def test_the_bandwidth_is_the_radius_of_an_object():
    (found,) = [first_clustering(tiny_config(), [disc_sample()]).clustering]
    assert found["bandwidth"] == pytest.approx(5, abs=0.1)


def test_in_three_axes_too():
    labels = (np.indices((21, 21, 21)) - 10.0).__pow__(2).sum(0) <= 36
    sample = Sample("ball", np.zeros((1, 21, 21, 21), np.float32), labels.astype(np.int64))
    spec = network_for("semi-convolutional", 3, levels=1, width=2)
    found = first_clustering(tiny_config(spec=spec), [sample])
    assert found.clustering["bandwidth"] == pytest.approx(6, abs=0.1)


@pytest.mark.parametrize(("loss", "bandwidth"), [({}, 1.5), ({"delta_push": 4.0}, 4.0)])
def test_that_of_the_discriminative_loss_is_its_margin(loss, bandwidth):
    config = tiny_config(method="discriminative", loss=loss)
    assert first_clustering(config, [disc_sample()]).clustering == {"bandwidth": bandwidth}


def test_what_the_recipe_says_stays():
    config = tiny_config(clustering={"bandwidth": 3.0, "min_size": 4})
    assert first_clustering(config, [disc_sample()]) is config
