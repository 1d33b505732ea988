"""Model files: what comes back, and that no bad file does harm."""

import json
import pickle
import struct
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from napari_shift_unet.errors import ModelError, OutputError
from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.networks import (
    ModelConfig,
    UNet,
    load_file,
    load_model,
    read_config,
    save_model,
)
from napari_shift_unet.networks.header import HEADER_KEY
from random_networks import random_network
from torch_memory import peak_bytes

SPEC = UNetSpec(width=2, factors=(2,), in_channels=2)
CONFIG = ModelConfig(
    name="tiny",
    method="semi-convolutional",
    spec=SPEC,
    clustering={"bandwidth": 3.5},
    training_window=(20, 20),
    scores={"ap50": 0.5},
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A good model file."""
    save_model(tmp_path / "tiny.safetensors", CONFIG, random_network(SPEC))
    return tmp_path / "tiny.safetensors"


def _tensors(spec: UNetSpec = SPEC) -> dict[str, np.ndarray]:
    state = random_network(spec).state_dict()
    return {name: value.numpy() for name, value in state.items()}


def _write(path: Path, tensors: dict[str, np.ndarray], header: str | None) -> Path:
    save_file(tensors, path, metadata=None if header is None else {HEADER_KEY: header})
    return path


def _refused(path: Path) -> str:
    """Return the one sentence, or two, that `load_file` refuses a file with."""
    with pytest.raises(ModelError) as caught:
        load_file(path)
    text = str(caught.value)
    assert path.name in text
    assert "\n" not in text
    assert text.endswith(".")
    return text


def test_a_model_comes_back_in_half_precision(path: Path) -> None:
    model, original = load_file(path), random_network(SPEC)
    assert model.config == CONFIG == read_config(path)
    assert model.footprint == SPEC.footprint
    assert model.hash == sha256(path.read_bytes()).hexdigest()
    assert (model.in_channels, model.out_channels) == (2, 3)
    assert not model.network.training
    for name, value in original.state_dict().items():
        loaded = model.network.state_dict()[name]
        assert loaded.dtype == value.dtype
        assert torch.equal(loaded, value.half().to(value.dtype))
    image = torch.rand(1, 2, 20, 20)
    with torch.no_grad():
        before, after = original(image), model.network(image)
    assert (before - after).abs().max() < 5e-3 * (before.max() - before.min())
    assert path.stat().st_size < 2.5 * SPEC.parameters + 10_000


def test_saving_again_changes_nothing(path: Path, tmp_path: Path) -> None:
    model = load_file(path)
    save_model(tmp_path / "again.safetensors", model.config, model.network)
    assert (tmp_path / "again.safetensors").read_bytes() == path.read_bytes()


def test_values_beyond_half_precision_are_kept(tmp_path: Path) -> None:
    network = random_network(SPEC)
    network.get_parameter("head.weight").data[0] = 1e6
    save_model(tmp_path / "large.safetensors", CONFIG, network)
    loaded = load_file(tmp_path / "large.safetensors").network
    assert torch.equal(loaded.state_dict()["head.weight"], network.state_dict()["head.weight"])


def test_a_network_that_diverged_is_not_saved(tmp_path: Path) -> None:
    network = random_network(SPEC)
    network.get_parameter("head.weight").data[0] = torch.nan
    with pytest.raises(ModelError, match=r"'tiny' holds NaN or infinite weights in head\.weight"):
        save_model(tmp_path / "nan.safetensors", CONFIG, network)
    assert list(tmp_path.iterdir()) == []


def test_a_target_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="there is no folder"):
        save_model(tmp_path / "none" / "a.safetensors", CONFIG, random_network(SPEC))


def test_models_by_path(path: Path) -> None:
    model = load_model(path)
    assert load_model(str(path)).hash == model.hash
    assert load_model(model) is model


class Bomb:
    """Unpickling it leaves a trace."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return Path.touch, (self.trace,)


@pytest.mark.parametrize("kind", ["zip", "legacy", *range(2, pickle.HIGHEST_PROTOCOL + 1)])
@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
def test_pickles_are_never_opened(tmp_path: Path, kind: str | int, suffix: str) -> None:
    path, trace = tmp_path / f"model{suffix}", tmp_path / "trace"
    if isinstance(kind, int):
        path.write_bytes(pickle.dumps(Bomb(trace), protocol=kind))
    else:
        torch.save(Bomb(trace), path, _use_new_zipfile_serialization=kind == "zip")
    assert "never opened. Use a .safetensors model." in _refused(path)
    assert not trace.exists()


@pytest.mark.parametrize("protocol", [0, 1])
def test_pickles_without_a_mark_are_not_opened_either(tmp_path: Path, protocol: int) -> None:
    path, trace = tmp_path / "model.pkl", tmp_path / "trace"
    path.write_bytes(pickle.dumps(Bomb(trace), protocol=protocol))
    assert "no model file" in _refused(path)
    assert not trace.exists()


@pytest.mark.parametrize("length", [0x0280, 0x0380, 0x0480, 0x0580, 0x10280])
def test_a_header_whose_length_looks_like_a_pickle_is_read(tmp_path: Path, length: int) -> None:
    path = tmp_path / "tiny.safetensors"
    save_model(path, CONFIG, random_network(SPEC))
    (now,) = struct.unpack("<Q", path.read_bytes()[:8])
    target = length if length > now else length + 0x10000
    config = CONFIG.model_copy(update={"data": "x" * (target - now)})
    save_model(path, config, random_network(SPEC))
    assert struct.unpack("<Q", path.read_bytes()[:8]) == (target,)
    assert load_file(path).config == config


def test_zips_and_archives(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "model.safetensors", "w") as archive:
        archive.writestr("notes.txt", "a: 1")
    assert "pickled or zipped" in _refused(tmp_path / "model.safetensors")


@pytest.mark.parametrize("content", [b"", b"\x00", b"II*\x00", b"{}", bytes(100), b"\xff" * 100])
def test_foreign_files(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "foreign.safetensors").write_bytes(content)
    assert "no model file" in _refused(tmp_path / "foreign.safetensors")


@pytest.mark.parametrize("length", [2**21, 2**40, 2**63, 2**64 - 1])
def test_a_header_of_absurd_length_takes_no_memory(tmp_path: Path, length: int) -> None:
    path = tmp_path / "huge.safetensors"
    path.write_bytes(struct.pack("<Q", length) + b'{"__metadata__":{}}' + bytes(2**21))
    assert "no model file" in _refused(path)


def test_every_truncation_is_noticed(path: Path) -> None:
    content = path.read_bytes()
    for length in range(0, len(content), 97):
        path.write_bytes(content[:length])
        _refused(path)


def test_weights_of_another_program(tmp_path: Path) -> None:
    path = _write(tmp_path / "other.safetensors", _tensors(), None)
    assert "weights of another program" in _refused(path)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("", "does not know"),
        ("{", "does not know"),
        ("[1, 2]", "does not know"),
        ("[" * 100_000, "does not know"),
        ('{"name": "a"}', "method is missing"),
        (CONFIG.model_copy(update={"method": "magic"}).model_dump_json(), "method is 'magic'"),
    ],
    ids=["empty", "half", "list", "deep", "incomplete", "method"],
)
@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings:UserWarning")
def test_headers_that_are_no_description(tmp_path: Path, header: str, message: str) -> None:
    assert message in _refused(_write(tmp_path / "odd.safetensors", _tensors(), header))


def _described(**spec: Any) -> str:
    described = json.loads(CONFIG.model_dump_json())
    described["spec"] |= spec
    return json.dumps(described)


@pytest.mark.parametrize(
    "spec",
    [
        {"width": 10**9},
        {"width": 4096, "growth": 8},
        {"in_channels": 10**12},
        {"embedding_dims": 2**62},
        {"factors": [[2, 2]] * 60},
        {"factors": [[16, 16]] * 12},
        {"kernel": [2**31 - 1, 3]},
        {"convs": 10**9},
        {"width": -1},
        {"width": None},
        {"factors": 7},
        {"factors": [[2, 2, 2]]},
        {"surprise": 1},
    ],
    ids=str,
)
def test_descriptions_beyond_reason_are_refused_before_memory_is_taken(
    tmp_path: Path, spec: dict[str, Any]
) -> None:
    path = _write(tmp_path / "huge.safetensors", _tensors(), _described(**spec))
    assert peak_bytes(lambda: _refused(path)) < 10_000
    assert "describes a network" in _refused(path)


def test_weights_that_do_not_fit_are_refused_before_memory_is_taken(tmp_path: Path) -> None:
    path = _write(tmp_path / "wide.safetensors", _tensors(), _described(width=3000))
    assert UNetSpec(**json.loads(_described(width=3000))["spec"]).parameters > 4e8
    assert peak_bytes(lambda: _refused(path)) < 10_000
    assert "weights do not fit" in _refused(path)


def _changed(change: str) -> dict[str, np.ndarray]:
    tensors = _tensors()
    match change:
        case "missing":
            del tensors["head.bias"]
        case "additional":
            tensors["tail.bias"] = tensors["head.bias"]
        case "shape":
            tensors["head.bias"] = tensors["head.bias"][:-1]
        case "integers":
            tensors["head.bias"] = tensors["head.bias"].astype(np.int64)
        case "NaN":
            tensors["head.bias"] = tensors["head.bias"] * np.nan
    return tensors


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("missing", "do not fit"),
        ("additional", "do not fit"),
        ("shape", "do not fit"),
        ("integers", "do not fit"),
        ("NaN", "holds NaN or infinite weights in head.bias"),
    ],
)
def test_damaged_weights(tmp_path: Path, change: str, message: str) -> None:
    path = _write(tmp_path / "odd.safetensors", _changed(change), CONFIG.model_dump_json())
    assert message in _refused(path)


def test_files_that_are_not_there(tmp_path: Path) -> None:
    assert "does not exist" in _refused(tmp_path / "none.safetensors")
    (tmp_path / "folder.safetensors").mkdir()
    assert "is a folder" in _refused(tmp_path / "folder.safetensors")
    assert "cannot be read" in _refused(tmp_path / ("x" * 5000))


def test_loading_restores_no_more_than_the_network(path: Path) -> None:
    names = set(UNet(SPEC).state_dict())
    assert set(load_file(path).network.state_dict()) == names
