"""Networks in files of other programs: trusted first, then loaded, measured and run in tiles."""

import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from foreign_networks import Function, PlainUNet, save_script
from napari_shift_unet.errors import InputError, ModelError, TrustError
from napari_shift_unet.generators import drain
from napari_shift_unet.geometry import UNetSpec, plan_tiles
from napari_shift_unet.images import Image, Normalisation, select
from napari_shift_unet.networks import (
    Model,
    foreign_kind,
    load_foreign,
    load_model,
    open_foreign,
    probe,
    read_card,
)
from napari_shift_unet.prediction import predict

RDF = """format_version: 0.4.9
inputs: [{name: image, axes: bcyx}]
outputs: [{name: embedding, axes: bcyx}]
weights: {torchscript: {source: ./weights.pt}}
"""


def _lively(network: nn.Module) -> nn.Module:
    for weight in network.parameters():
        nn.init.normal_(weight, 0.05, 0.3)
    return network.eval()


def _package(path: Path, weights: Path, description: str = RDF) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("rdf.yaml", description)
        archive.write(weights, "weights.pt")
    return path


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same network in every kind of file, and others; written once."""
    folder = tmp_path_factory.mktemp("foreign")
    torch.manual_seed(0)
    network, example = _lively(PlainUNet()), torch.rand(1, 1, 16, 16)
    traced = save_script(network, folder / "traced.pt", example)
    programs = {"dynamic": {2: torch.export.Dim.AUTO, 3: torch.export.Dim.AUTO}, "static": {}}
    for name, sizes in programs.items():
        program = torch.export.export(network, (example,), dynamic_shapes=(sizes,))
        torch.export.save(program, folder / f"{name}.pt2")
    odd = nn.Sequential(nn.Conv2d(2, 2, 2), nn.ReLU(), nn.Conv2d(2, 3, 3))
    volume = nn.Sequential(nn.Conv3d(1, 2, 3, stride=(1, 2, 2), padding=1), nn.PReLU())
    volume.append(nn.ConvTranspose3d(2, 2, (1, 2, 2), (1, 2, 2)))
    return {
        "TorchScript": traced,
        "torch.export": folder / "dynamic.pt2",
        "bioimage.io": _package(folder / "package.zip", traced),
        "static": folder / "static.pt2",
        "odd": save_script(_lively(odd), folder / "odd.pt", torch.rand(1, 2, 16, 16)),
        "3D": save_script(_lively(volume), folder / "volume.pt", torch.rand(1, 1, 8, 8, 8)),
        "norm": save_script(
            _lively(PlainUNet(norm=nn.InstanceNorm2d)), folder / "norm.pt", torch.rand(1, 1, 32, 32)
        ),
    }


def _predicted(model: Model, pixels: np.ndarray, tile: int | tuple[int, ...]) -> np.ndarray:
    selection = select(Image(pixels, "c" + "zyx"[1 - pixels.ndim :]), pixels.ndim - 1, None)
    plan = plan_tiles(pixels.shape[1:], model.footprint, tile)
    assert plan.legal
    scale = [Normalisation(0, 1)] * len(pixels)
    output: np.ndarray = drain(predict(selection, model, plan, scale, device="cpu")).output
    return output


@pytest.mark.parametrize("kind", ["TorchScript", "torch.export", "bioimage.io", "odd", "3D"])
def test_tiles_of_a_foreign_network_stitch_to_the_whole(
    files: dict[str, Path], kind: str, rng: np.random.Generator
) -> None:
    model = load_foreign(files[kind], trust=True)
    shape = (21, 23, 30) if kind == "3D" else (71, 90)
    pixels = rng.random((model.in_channels, *shape), np.float32)
    stitched, whole = _predicted(model, pixels, 12), _predicted(model, pixels, (96,) * len(shape))
    assert whole.std() > 1e-3
    assert np.abs(stitched - whole).max() <= 1e-5 * np.abs(whole).max()


@pytest.mark.parametrize("kind", ["TorchScript", "torch.export", "bioimage.io"])
def test_the_same_network_in_every_kind_of_file(files: dict[str, Path], kind: str) -> None:
    assert foreign_kind(files[kind]) == kind
    model = load_foreign(files[kind], trust=True)
    known = UNetSpec(factors=(2, 2), convs=1, padding="same").footprint
    assert (model.footprint.period, model.footprint.context) == (known.period, known.context)
    assert model.footprint.required_context == known.required_context
    assert (model.config.name, model.config.method) == (files[kind].stem, "discriminative")
    assert (model.in_channels, model.out_channels) == (1, 3)
    assert model.hash == sha256(files[kind].read_bytes()).hexdigest()
    assert load_model(model) is model


def test_the_foreground_can_be_any_channel(files: dict[str, Path]) -> None:
    plain = load_foreign(files["TorchScript"], trust=True)
    image = torch.rand(1, 1, 32, 32)
    with torch.inference_mode():
        output = plain.network(image)
        for channel, order in ((0, [1, 2, 0]), (-1, [0, 1, 2]), (1, [0, 2, 1])):
            model = load_foreign(files["TorchScript"], trust=True, foreground_channel=channel)
            assert torch.equal(model.network(image), output[:, order])
            assert (model.config.spec.embedding_dims, model.config.spec.foreground) == (2, True)


@pytest.mark.parametrize("channel", [3, -4])
def test_a_foreground_channel_that_is_not_there(files: dict[str, Path], channel: int) -> None:
    with pytest.raises(InputError, match=f"foreground channel is {channel}; traced.pt returns 3"):
        load_foreign(files["TorchScript"], trust=True, foreground_channel=channel)


def test_channels_must_fit_the_method(files: dict[str, Path]) -> None:
    model = load_foreign(files["TorchScript"], trust=True, method="spatial-embedding")
    assert model.config.method == "spatial-embedding"
    with pytest.raises(InputError, match="the method spatial-embedding needs 3"):
        load_foreign(
            files["TorchScript"], trust=True, method="spatial-embedding", foreground_channel=2
        )


@pytest.mark.parametrize("kind", ["TorchScript", "torch.export", "bioimage.io"])
@pytest.mark.parametrize("load", [open_foreign, load_foreign, load_model, read_card])
def test_foreign_code_is_not_run_unasked(
    files: dict[str, Path], kind: str, load: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (torch.jit, torch.export):
        monkeypatch.setattr(module, "load", lambda *a, **k: pytest.fail("the file was opened"))
    with pytest.raises(TrustError) as caught:
        load(files[kind])
    text = str(caught.value)
    assert text.startswith(f"{files[kind].name} is a program ({kind}): running it gives its author")
    assert "--trust" in text
    assert "trust=True" in text


def test_a_network_with_whole_tile_operators_says_so_in_every_plan(files: dict[str, Path]) -> None:
    model = load_foreign(files["norm"], trust=True)
    plan = plan_tiles((500, 400), model.footprint, 64, 64)
    assert not plan.legal
    assert plan.exact_axes == (False, False)
    assert "depends on the whole tile" in plan.reasons[0]
    assert plan_tiles((50, 60), model.footprint, 64, 64).legal


def test_a_loaded_network_can_be_probed_again(files: dict[str, Path]) -> None:
    for kind in ("odd", "3D"):
        model = load_foreign(files[kind], trust=True)
        assert probe(model).footprint == model.footprint


class NeedsGpu(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x + torch.zeros(1, device="cuda")


class TwoInputs(nn.Module):
    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return x + y


class TwoOutputs(nn.Module):
    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return x, x


class OneOutputInATuple(nn.Module):
    def forward(self, x: Tensor) -> tuple[Tensor]:
        return (x,)


@pytest.mark.parametrize(
    ("network", "sentence"),
    [
        (NeedsGpu(), "needs a CUDA device"),
        (TwoInputs(), "takes 2 inputs; it must take one image"),
        (TwoOutputs(), "returns 2 results; it must return one image"),
    ],
    ids=["gpu", "inputs", "outputs"],
)
def test_scripts_that_are_no_network_for_tiles(
    tmp_path: Path, network: nn.Module, sentence: str
) -> None:
    path = save_script(network, tmp_path / "net.pt")
    with pytest.raises(ModelError) as caught:
        load_foreign(path, trust=True)
    assert sentence in str(caught.value)


def test_a_single_result_may_stand_in_a_tuple(tmp_path: Path) -> None:
    path = save_script(OneOutputInATuple(), tmp_path / "net.pt")
    assert load_foreign(path, trust=True).footprint.period == (1, 1)


def test_a_network_that_was_traced_for_one_size(tmp_path: Path, files: dict[str, Path]) -> None:
    example = torch.rand(1, 1, 32, 32)
    fixed = Function(lambda convolution, x: convolution(x).reshape(1, 2, 32, 32))
    path = save_script(fixed.eval(), tmp_path / "net.pt", example)
    with pytest.raises(ModelError, match=r"net\.pt takes inputs of 32 px along y and of no other"):
        load_foreign(path, trust=True)
    with pytest.raises(ModelError, match=r"takes arrays of \[1, 1, 16, 16\] only"):
        load_foreign(files["static"], trust=True)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("torchscript", "onnx", r"holds no TorchScript weights \(only onnx\)"),
        ("{name: image, axes: bcyx}", "{name: a}, {name: b}", "describes 2 inputs"),
        ("{name: embedding, axes: bcyx}", "", "describes 0 outputs"),
        ("weights.pt", "lost.pt", "is damaged"),
        ("inputs: [", "inputs: [[[", "rdf.yaml cannot be read"),
        (RDF, "just text", "is damaged"),
    ],
)
def test_packages_that_cannot_be_used(
    tmp_path: Path, files: dict[str, Path], old: str, new: str, sentence: str
) -> None:
    path = _package(tmp_path / "package.zip", files["TorchScript"], RDF.replace(old, new))
    with pytest.raises(ModelError, match=sentence):
        open_foreign(path, trust=True)


def test_damaged_and_foreign_files(tmp_path: Path) -> None:
    torn, text = tmp_path / "torn.pt", tmp_path / "text.pt"
    with zipfile.ZipFile(torn, "w") as archive:
        archive.writestr("torn/constants.pkl", b"nothing")
    text.write_text("hello", encoding="utf-8")
    torch.save(nn.Linear(1, 1), tmp_path / "pickle.pt")
    with pytest.raises(ModelError, match=r"torn\.pt cannot be loaded"):
        open_foreign(torn, trust=True)
    for name in ("text.pt", "pickle.pt", "missing.pt"):
        assert foreign_kind(tmp_path / name) is None
        with pytest.raises(ModelError, match=f"{name} holds no network that can be opened"):
            open_foreign(tmp_path / name, trust=True)


@pytest.mark.parametrize("kind", ["TorchScript", "torch.export", "bioimage.io"])
def test_only_the_content_that_was_trusted_is_run(
    tmp_path: Path, files: dict[str, Path], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / files[kind].name
    path.write_bytes(files[kind].read_bytes())
    trusted = sha256(path.read_bytes()).hexdigest()
    assert open_foreign(path, trust=trusted).content_hash == trusted
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("more", b"code")
    for module in (torch.jit, torch.export):
        monkeypatch.setattr(module, "load", lambda *a, **k: pytest.fail("the file was opened"))
    with pytest.raises(TrustError, match="no longer the file that you said may run"):
        open_foreign(path, trust=trusted)
