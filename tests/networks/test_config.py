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


@pytest.mark.parametrize(
    ("method", "ndim", "fitting"),
    [
        ("discriminative", 3, {1, 2, 3, 4, 5, 6, 7}),
        ("semi-convolutional", 2, {2, 3, 4, 5, 6, 7}),
        ("semi-convolutional", 3, {3, 4, 5, 6, 7}),
        ("spatial-embedding", 2, {3, 4}),
        ("spatial-embedding", 3, {4, 6}),
    ],
)
def test_methods_say_how_many_dimensions_they_need(
    method: Method, ndim: int, fitting: set[int]
) -> None:
    for dims in range(1, 8):
        spec = UNetSpec(ndim=ndim, factors=(2,), embedding_dims=dims)
        if dims in fitting:
            assert ModelConfig(name="a", method=method, spec=spec).spec == spec
        else:
            with pytest.raises(InputError, match=rf"is {dims}; the method {method} needs .*offset"):
                ModelConfig(name="a", method=method, spec=spec)
