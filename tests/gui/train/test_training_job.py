from dataclasses import replace
from pathlib import Path

import pytest

from napari_shift_unet import training
from napari_shift_unet.errors import OutputError
from napari_shift_unet.gui.train.training_job import Began, Doing, Order, Ready, train_model
from napari_shift_unet.networks import read_card
from napari_shift_unet.training import Pace, Preview, Split, StepDone, Tried, Validated
from tiny_training import disc_sample, tiny_config


class Discs:
    """Data that are in memory already."""

    name = "discs"

    def read(self, config):
        return Split([disc_sample()], [disc_sample()], "the same image trains and validates")


@pytest.fixture
def order(tmp_path: Path) -> Order:
    return Order(
        data=Discs(),
        config=tiny_config(),
        length=10,
        unit="steps",
        output=tmp_path / "models" / "discs.safetensors",
        device="cpu",
        resume=False,
    )


def _began(events):
    return next(event for event in events if isinstance(event, Began))


def test_what_happens_in_which_order(order):
    events = list(train_model(order))
    kinds = [type(event) for event in events]
    begin = [Doing, Ready, Began, StepDone, Preview, Validated]
    assert [kind for at, kind in enumerate(kinds) if kind not in kinds[:at]][:6] == begin
    assert kinds[-1] is Tried
    assert kinds.count(StepDone) == 10
    card = read_card(order.output)
    assert card.clustering["bandwidth"] > 1, "it suits the size of the discs"
    assert not training.state_path(order.output).exists()


def test_minutes_become_steps_by_the_pace_of_the_machine(order, monkeypatch):
    def measured(*_):
        yield
        return Pace(step_s=0.5, validation_s=1.0)

    monkeypatch.setattr(training, "measure_pace", measured)
    events = train_model(replace(order, length=0.1, unit="minutes"))
    assert _began(events).config.steps == 10, "6 s, of which one validation takes 1 s"
    events.close()


def test_going_on_takes_the_recipe_of_the_training_that_was_stopped(order):
    first = train_model(order)
    began = _began(first)
    for event in first:
        if isinstance(event, StepDone) and event.step == 3:
            break
    first.close()
    other = replace(order, config=tiny_config(seed=7), length=99, resume=True)
    second = train_model(other)
    assert _began(second) == Began(began.config, 3)
    assert next(event.step for event in second if isinstance(event, StepDone)) == 4
    second.close()


def test_without_it_an_earlier_state_is_forgotten(order):
    order.output.parent.mkdir()
    training.state_path(order.output).write_bytes(b"nonsense")
    assert _began(train_model(order)).step == 0


def test_a_folder_that_cannot_be_made_is_refused(order, tmp_path):
    (tmp_path / "models").touch()
    with pytest.raises(OutputError, match="Choose another file under Save as"):
        list(train_model(order))
