"""Convolutions on a processor, by oneDNN whatever their size."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

Convolution = nn.Conv2d | nn.Conv3d


class OneDnn(nn.Module):
    """The same convolution as the one given, without torch's choice of algorithm.

    Where batch, channels and the first two axes of space multiply to 20,480 or less, torch unfolds
    the input into columns (``ConvParams::use_mkldnn``). In 3D that happens with large volumes too:
    a 3 x 3 x 3 kernel then takes 27 times the memory and up to 20 times the time.
    """

    def __init__(self, convolution: Convolution, *, relu: bool = False) -> None:
        super().__init__()
        self.convolution, self.after = convolution, "relu" if relu else "none"
        padding, kernel = convolution.padding, convolution.kernel_size
        if isinstance(padding, str):
            padding = tuple(k // 2 if padding == "same" else 0 for k in kernel)
        self.padding = padding
        self._packed: Tensor | None = None

    def forward(self, x: Float[Tensor, "b i *space"]) -> Float[Tensor, "b o *window"]:
        """Convolve."""
        a = self.convolution
        y: Tensor = torch.ops.mkldnn._convolution_pointwise(
            x, self.weight, a.bias, self.padding, a.stride, a.dilation, a.groups, self.after, [], ""
        )
        return y

    @property
    def weight(self) -> Tensor:
        """Weights in the order of oneDNN, which would else be found anew in every call."""
        if self._packed is None:
            a = self.convolution
            self._packed = torch.ops.mkldnn._reorder_convolution_weight(
                a.weight.detach(), self.padding, a.stride, a.dilation, a.groups, []
            )
        return self._packed

    def with_relu(self) -> "OneDnn":
        """Return the convolution with a rectifier after it, in one pass over the memory."""
        return OneDnn(self.convolution, relu=True)


def computes_bfloat16() -> bool:
    """Whether oneDNN is there and the processor has the instructions for bfloat16."""
    if not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        return False
    asked = getattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", None)  # it is not public
    return bool(asked and asked())


def use_onednn(network: nn.Module) -> nn.Module:
    """Replace the convolutions of a network, in place; for a processor."""
    if not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        return network
    if not hasattr(torch.ops.mkldnn, "_convolution_pointwise"):  # it is not public
        return network
    for name, child in network.named_children():
        if isinstance(child, Convolution):
            setattr(network, name, OneDnn(child))
        else:
            use_onednn(child)
    return network
