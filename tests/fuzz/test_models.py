"""Model files and states of trainings: safetensors whose headers or configurations lie."""

import json
import struct

import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save

from fuzzing import DEEP, damaged, folder, fuzzed, json_files, own_errors_only, twisted
from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.networks import ModelConfig, UNet, load_model, read_card
from napari_shift_unet.networks.header import HEADER_KEY
from napari_shift_unet.training import TrainConfig, read_unfinished

SPEC = UNetSpec(width=1, growth=1, factors=(2,), convs=1)
CONFIG = ModelConfig(name="tiny", method="semi-convolutional", spec=SPEC)
STATE = {name: value.half() for name, value in UNet(SPEC).state_dict().items()}
DOCUMENT = json.loads(CONFIG.model_dump_json())
RECIPE = json.loads(TrainConfig().model_dump_json())
PROGRESS = {"step": 3, "best_score": 0.5, "best_step": 2, "validated_step": 2}


def _model(config):
    return save(STATE, metadata={HEADER_KEY: config.decode(errors="replace")})


def _state(recipe, progress):
    header = {"config": recipe.decode(errors="replace"), "progress": progress.decode("latin-1")}
    return save({"a": torch.zeros(2)}, metadata=header)


def _with_header(header):
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + FILE[-BODY:]


FILE = _model(CONFIG.model_dump_json().encode())
LENGTH = struct.unpack("<Q", FILE[:8])[0]
HEADER = json.loads(FILE[8 : 8 + LENGTH])
BODY = len(FILE) - 8 - LENGTH
NESTED = b"[" * DEEP
MODELS = (
    json_files([DOCUMENT]).map(_model)
    | json_files([DOCUMENT["spec"]]).map(
        lambda spec: _model(json.dumps(DOCUMENT).encode().replace(b'"spec"', b'"s"', 1) + spec)
    )
    | twisted([DOCUMENT["spec"]]).map(
        lambda spec: _model(json.dumps({**DOCUMENT, "spec": spec}).encode())
    )
    | twisted([HEADER]).map(_with_header)
    | damaged([FILE])
    | st.just(struct.pack("<Q", len(NESTED)) + NESTED)
)
STATES = st.builds(_state, json_files([RECIPE]), json_files([PROGRESS])) | damaged(
    [_state(json.dumps(RECIPE).encode(), json.dumps(PROGRESS).encode())]
)


@fuzzed
@given(MODELS)
def test_lying_model_files(content):
    with folder() as place:
        path = place / "a.safetensors"
        path.write_bytes(content)
        with own_errors_only():
            read_card(path)
        with own_errors_only():
            load_model(path)


@fuzzed
@given(STATES)
def test_lying_states_of_trainings(content):
    with folder() as place, own_errors_only():
        path = place / "a.training.safetensors"
        path.write_bytes(content)
        read_unfinished(path)
