import pytest
import torch

from napari_shift_unet.errors import DeviceError
from napari_shift_unet.prediction import arithmetic, available_devices, find_device
from napari_shift_unet.prediction.devices import free_memory


def test_the_processor_is_always_there_and_comes_last() -> None:
    assert available_devices()[-1] == "cpu"
    assert find_device("auto").type == available_devices()[0]
    assert find_device("cpu") == torch.device("cpu")


@pytest.mark.parametrize(
    ("cuda", "mps", "first"), [(True, True, "cuda"), (False, True, "mps"), (False, False, "cpu")]
)
def test_the_fastest_device_is_taken(
    monkeypatch: pytest.MonkeyPatch, cuda: bool, mps: bool, first: str
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert find_device("auto").type == first


@pytest.mark.parametrize("name", ["tpu", "", "CPU", "auto "])
def test_unknown_devices_are_answered_with_the_known_ones(name: str) -> None:
    with pytest.raises(
        DeviceError, match=f"device '{name}' is not to be had here. Use auto or .*cpu"
    ):
        find_device(name)


def test_a_device_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    with pytest.raises(DeviceError, match=r"device 'cuda:x' cannot be used \(.*\)\. Use auto"):
        find_device("cuda:x")


def test_precision() -> None:
    layer, x = torch.nn.Conv2d(1, 1, 3), torch.rand(1, 1, 8, 8)
    cpu = torch.device("cpu")
    with torch.no_grad(), arithmetic(cpu, "float32"):
        assert layer(x).dtype == torch.float32
    with torch.no_grad(), arithmetic(cpu, "bfloat16"):
        assert layer(x).dtype == torch.bfloat16


def test_single_precision_is_not_rounded_on_cuda() -> None:
    before = torch.backends.cudnn.allow_tf32
    with arithmetic(torch.device("cuda"), "float32"):
        assert not torch.backends.cudnn.allow_tf32
        assert torch.backends.cudnn.enabled
    assert torch.backends.cudnn.allow_tf32 == before


def test_memory_is_given_back_by_the_device_that_holds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    emptied: list[str] = []
    monkeypatch.setattr(torch.cuda, "empty_cache", lambda: emptied.append("cuda"))
    monkeypatch.setattr(torch.mps, "empty_cache", lambda: emptied.append("mps"))
    for name in ("cpu", "mps", "cuda"):
        free_memory(torch.device(name))
    assert emptied == ["mps", "cuda"]
