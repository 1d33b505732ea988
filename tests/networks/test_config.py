import pytest

from napari_shift_unet.errors import InputError
from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.networks import Method, ModelConfig


def test_a_card_comes_back_from_json() -> None:
    config = ModelConfig(
        name="a",
        method="discriminative",
        spec=UNetSpec(ndim=3, factors=((1, 2, 2), 2)),
        training_window=(8, 20, 20),
        clustering={"bandwidth": 1.5, "kernel": "flat"},
    )
    assert ModelConfig.model_validate_json(config.model_dump_json()) == config


@pytest.mark.parametrize("method", ["semi-convolutional", "spatial-embedding"])
def test_methods_with_offsets_need_one_dimension_per_axis(method: Method) -> None:
    spec = UNetSpec(ndim=3, factors=(2,), embedding_dims=2)
    with pytest.raises(InputError, match=rf"embedding_dims is 2; the method {method} .* 3, one"):
        ModelConfig(name="a", method=method, spec=spec)
    assert ModelConfig(name="a", method="discriminative", spec=spec).spec == spec
