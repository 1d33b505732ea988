import json
import pickle

import numpy as np
import pytest
import torch
from torch import nn

from foreign_networks import PlainUNet, save_script

from .conftest import write_model

KEYS = {"period", "context_px", "exact", "reasons"}


class Seeing(nn.Module):
    """A U-Net that adds to the image, as a logit in its first channel, what nobody can see."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = PlainUNet()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cat([20 * (x - 0.5), 1e-3 * self.inner(x)], 1)


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    """Path of a TorchScript network of period 4 px."""
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("foreign") / "net.pt"
    return save_script(Seeing().eval(), path, torch.rand(1, 1, 16, 16))


@pytest.fixture(scope="module")
def normalising(tmp_path_factory):
    """Path of a TorchScript network with instance normalisation."""
    torch.manual_seed(0)
    network = PlainUNet(norm=nn.InstanceNorm2d).eval()
    path = tmp_path_factory.mktemp("foreign") / "norm.pt"
    return save_script(network, path, torch.rand(1, 1, 32, 32))


def test_a_model_of_this_project(shift_unet, model):
    ran = shift_unet("probe", model, "--json")
    assert ran.code == 0
    facts = json.loads(ran.out)
    assert facts.keys() >= KEYS
    assert facts["model"] == "tiny"
    assert (facts["period"], facts["context_px"]) == ([4, 4], [20, 20])
    assert (facts["exact"], facts["reasons"], facts["causes"]) == (True, [], [])
    assert facts["smallest_window"] == facts["window_step"] == [4, 4]


def test_a_padded_model_reads_more_than_it_sees(shift_unet, tmp_path):
    path = write_model(tmp_path / "same.safetensors", padding="same", factors=(2, 2), convs=1)
    facts = json.loads(shift_unet("probe", path, "--json").out)
    assert (facts["context_px"], facts["padding_px"]) == ([11, 11], [[11, 11], [11, 11]])
    assert facts["read_context_px"] == [12, 12]


def test_for_people(shift_unet, model, normalising):
    lines = shift_unet("probe", model).out.splitlines()
    assert [line.split()[0] for line in lines] == ["model", "period", "context", "exact", "Along"]
    assert "crops of n x 4 px are exact; tiles of 4 + n x 4 px read 20 px more" in lines[-1]
    ran = shift_unet("probe", normalising, "--trust")
    assert "exact    no" in ran.out
    assert "Why: whole-tile operator. Every output along y and x depends on" in ran.out
    assert "batch normalisation instead" in ran.out


def test_a_foreign_network_is_not_run_unasked(shift_unet, foreign, image, tmp_path):
    for arguments in (
        ("probe", foreign),
        ("plan", 100, 100, "--model", foreign),
        ("segment", image, "--output", tmp_path / "out", "--model", foreign),
    ):
        error = shift_unet(*arguments).error
        assert error.startswith("net.pt is a program (TorchScript): running it gives its author")
        assert "use --trust" in error
    assert not (tmp_path / "out").exists()


def test_a_foreign_network(shift_unet, foreign):
    facts = json.loads(shift_unet("probe", foreign, "--trust", "--json").out)
    assert (facts["period"], facts["exact"]) == ([4, 4], True)
    assert (facts["ndim"], facts["in_channels"], facts["out_channels"]) == (2, 1, 4)


def test_no_certificate_for_whole_tile_operators(shift_unet, normalising):
    ran = shift_unet("probe", normalising, "--trust", "--json")
    facts = json.loads(ran.out)
    assert ran.code == 0
    assert facts["exact"] is False
    assert "depends on the whole tile" in facts["reasons"][0]
    assert facts["period"] == facts["context_px"] == [None, None]
    (cause,) = facts["causes"]
    assert list(cause) == ["name", "evidence", "remedy"]
    assert cause["name"] == "whole-tile operator"


def test_the_plan_of_a_foreign_network(shift_unet, foreign, normalising):
    facts = json.loads(shift_unet("plan", 300, 400, "--model", foreign, "--trust", "--json").out)
    assert (facts["model"], facts["period"], facts["legal"]) == ("net", [4, 4], True)
    assert not any(n % 4 for n in facts["crop"])
    flawed = shift_unet("plan", 300, 400, "--model", normalising, "--trust", "--tile", 64, "--json")
    assert json.loads(flawed.out)["legal"] is False


def test_segmenting_with_a_foreign_network(shift_unet, foreign, image, tmp_path):
    labels = []
    for tile in (12, 64):
        out = tmp_path / str(tile)
        ran = shift_unet(
            *("segment", image, "--output", out, "--model", foreign, "--trust", "--tile", tile),
            *("--foreground-channel", 0, "--bandwidth", 5, "--save-embedding", "--json"),
        )
        assert ran.code == 0, ran.err
        facts = json.loads(ran.out)
        assert facts["model"] == {"name": "net", "method": "discriminative"}
        assert facts["legal"] is True
        assert facts["objects"] > 0
        labels.append((out / "labels.tif").read_bytes())
    assert labels[0] == labels[1]


def test_a_run_says_why_no_tiling_of_it_is_exact(shift_unet, normalising, image, tmp_path):
    ran = shift_unet(
        *("segment", image, "--output", tmp_path / "out", "--model", normalising, "--trust"),
        *("--tile", 32, "--json"),
    )
    facts = json.loads(ran.out)
    assert (facts["legal"], len(facts["reasons"])) == (False, 1)
    assert "seams expected: every output along y and x depends on the whole tile" in ran.err


def test_what_channels_mean_is_said_of_foreign_networks_only(shift_unet, foreign, model, image):
    segment = ("segment", image, "--output", "out", "--model")
    error = shift_unet(*segment, model, "--method", "discriminative", "--trust").error
    assert error.startswith("--method tells what the channels of another program's network mean")
    error = shift_unet(*segment, model, "--foreground-channel", 0).error
    assert error.startswith("--foreground-channel tells")
    error = shift_unet(*segment, foreign, "--trust", "--foreground-channel", 7).error
    assert "the foreground channel is 7; net.pt returns 4 channel(s)" in error
    error = shift_unet(*segment, foreign, "--trust", "--method", "magic").error
    assert "magic" in error


def test_channels_of_the_image_must_fit(shift_unet, foreign, tmp_path):
    import tifffile

    tifffile.imwrite(
        tmp_path / "two.tif", np.zeros((2, 40, 40), np.uint8), metadata={"axes": "CYX"}
    )
    error = shift_unet(
        *("segment", tmp_path / "two.tif", "--output", tmp_path / "out", "--model", foreign),
        *("--trust", "--channel", "0,1"),
    ).error
    assert "2 channel(s) were chosen; the model 'net' reads 1" in error


@pytest.mark.parametrize("name", ["nothing.pt", "text.pt", "pickled.pt", "state.pt", "nonsense"])
def test_what_is_no_network(shift_unet, tmp_path, name):
    (tmp_path / "text.pt").write_text("hello", encoding="utf-8")
    (tmp_path / "pickled.pt").write_bytes(pickle.dumps({"a": 1}))
    torch.save(nn.Linear(1, 1).state_dict(), tmp_path / "state.pt")
    error = shift_unet("probe", name if name == "nonsense" else tmp_path / name, "--trust").error
    assert name in error


def test_two_inputs_in_one_sentence(shift_unet, tmp_path):
    class Two(nn.Module):
        def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
            return x + y

    path = save_script(Two(), tmp_path / "two.pt", (torch.rand(1, 1, 8, 8),) * 2)
    assert "takes 2 inputs" in shift_unet("probe", path, "--trust").error
