import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.prediction import drain
from napari_shift_unet.training import Pace, fit_to, measure_pace, train, with_steps
from napari_shift_unet.training.budget import FIRST_STEPS, MEASURED_STEPS, VALIDATIONS
from tiny_training import disc_sample, tiny_config


@given(st.floats(60, 36_000), st.floats(1e-3, 10), st.one_of(st.just(0.0), st.floats(1e-3, 100)))
def test_the_time_is_used_and_not_exceeded(seconds, step_s, validation_s):
    config = fit_to(tiny_config(), seconds, Pace(step_s, validation_s))
    validations = -(-config.steps // config.validate_every)
    took = config.steps * step_s + validations * validation_s
    assert 1 <= validations <= VALIDATIONS
    assert took <= seconds + step_s + validation_s
    assert took >= 0.7 * seconds - step_s - validation_s or config.steps == 1


def test_a_schedule_fits_its_steps():
    config = with_steps(tiny_config(warmup=100, schedule_steps=9), 50)
    assert (config.steps, config.validate_every, config.warmup) == (50, 5, 5)
    assert config.schedule_steps is None
    assert with_steps(config, 1).validate_every == 1


@pytest.mark.parametrize(("seconds", "steps"), [(1e6, FIRST_STEPS + MEASURED_STEPS), (1e-9, 2)])
def test_the_pace_is_that_of_a_few_steps(seconds, steps):
    sample = disc_sample()
    arguments = [sample], [sample], tiny_config(steps=100), seconds, "cpu"
    assert len(list(measure_pace(*arguments))) == steps
    pace = drain(measure_pace(*arguments))
    assert pace.step_s > 0
    assert pace.validation_s > 0


def test_measuring_leaves_the_training_as_it_would_have_been(tmp_path):
    sample = disc_sample()
    contents = []
    for name in "ab":
        if name == "b":
            list(measure_pace([sample], [], tiny_config(), 1e6, "cpu"))
        path = tmp_path / f"{name}.safetensors"
        list(train([sample], [sample], tiny_config(), path, device="cpu"))
        contents.append(path.read_bytes())
    assert contents[0] == contents[1]
