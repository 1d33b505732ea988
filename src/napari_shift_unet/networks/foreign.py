"""Networks of other programs as models: loaded, measured, and fitted to tiles."""

from collections.abc import Generator
from copy import deepcopy
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, Self

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ..errors import InputError, ModelError, TrustError
from ..generators import drain
from ..geometry import MeasuredSpec
from .config import Method, ModelConfig
from .foreign_files import ForeignKind, check_trust, foreign_kind, packaged_network
from .model import Model
from .probing import Probing, Verdict, probe_events
from .quiet import silent


class ForeignNetwork(nn.Module):
    """A network whose code is not ours, in evaluation mode for good.

    Parameters
    ----------
    inner
        The network.
    content_hash
        SHA-256 of the file that it came from, in hexadecimal.
    """

    def __init__(self, inner: nn.Module, content_hash: str) -> None:
        super().__init__()
        self.inner, self.content_hash = inner, content_hash
        for parameter in inner.parameters():
            parameter.requires_grad_(False)

    def forward(self, image: Tensor) -> Any:
        """Return what the network returns; a single result is taken out of its tuple."""
        output = self.inner(image)
        if isinstance(output, list | tuple) and len(output) == 1:
            return output[0]
        return output

    def train(self, mode: bool = True) -> Self:
        """Change nothing: exported programs refuse it."""
        return self

    def __deepcopy__(self, memo: dict[Any, Any]) -> "ForeignNetwork":
        with silent():
            return ForeignNetwork(deepcopy(self.inner, memo), self.content_hash)


class Fitted(nn.Module):
    r"""A network with its channels in the order of this project, and an even loss of px.

    Parameters
    ----------
    network
        From (b, c, \*space) to (b, o, \*window).
    surplus
        Px per axis that are cut off the end of its input.
    last_channel
        Which of its channels is the foreground logit, to stand last; `None` if none is.
    """

    def __init__(
        self, network: nn.Module, surplus: tuple[int, ...], last_channel: int | None
    ) -> None:
        super().__init__()
        self.network, self.surplus, self.last_channel = network, surplus, last_channel

    def forward(self, image: Float[Tensor, "b i *space"]) -> Float[Tensor, "b o *window"]:
        """Return embedding, then the foreground logit if there is one."""
        for axis, px in enumerate(self.surplus, start=2):
            image = image.narrow(axis, 0, image.shape[axis] - px)
        output: Tensor = self.network(image)
        if self.last_channel is None:
            return output
        others = [i for i in range(output.shape[1]) if i != self.last_channel]
        return output[:, [*others, self.last_channel]]


def open_foreign(path: Path, *, trust: bool | str = False) -> ForeignNetwork:
    """Load a TorchScript file, a torch.export program or a bioimage.io package with TorchScript.

    Parameters
    ----------
    path
        The file.
    trust
        Whether its code may run; or the SHA-256, in hexadecimal, of the only content that may.

    Raises
    ------
    TrustError
        Unless `trust` says that its code may run.
    ModelError
        If the file is damaged, no network, or one with several inputs or outputs.
    """
    kind = foreign_kind(path)
    if kind is None:
        raise ModelError(
            f"{path.name} holds no network that can be opened. Give a .safetensors model, a "
            "TorchScript file, a torch.export program or a bioimage.io package."
        )
    check_trust(path, kind, trust=bool(trust))
    # Read once: what is loaded is what was hashed, whatever happens to the file meanwhile.
    content = path.read_bytes()
    content_hash = sha256(content).hexdigest()
    if isinstance(trust, str) and trust != content_hash:
        raise TrustError(
            f"{path.name} is no longer the file that you said may run. Find out who changed it, "
            "and choose it again."
        )
    source = BytesIO(content)
    if kind == "bioimage.io":
        source = packaged_network(source, path.name)
    try:
        with silent():
            return ForeignNetwork(_loaded(source, kind, path.name), content_hash)
    except ModelError:
        raise
    except Exception as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
        raise ModelError(
            f"{path.name} cannot be loaded ({first}). Save it again with the torch of this "
            "computer, on the processor."
        ) from error


def foreign_model_events(
    path: Path,
    *,
    trust: bool = False,
    method: Method = "discriminative",
    foreground_channel: int | None = None,
) -> Generator[Probing, None, Model]:
    """Load and measure a foreign network as `load_foreign` does, as a generator of events."""
    network = open_foreign(path, trust=trust)
    verdict = yield from probe_events(network, path.name)
    return as_model(path, network, verdict, method=method, foreground_channel=foreground_channel)


def load_foreign(
    path: Path,
    *,
    trust: bool = False,
    method: Method = "discriminative",
    foreground_channel: int | None = None,
) -> Model:
    """Load and measure a foreign network, to be used as any model.

    Parameters
    ----------
    path
        TorchScript file, torch.export program or bioimage.io package.
    trust
        Whether its code may run. It then has all the rights of this program.
    method
        What its channels mean, see `embeddings.methods`.
    foreground_channel
        Which channel is the logit of the foreground, or of the seed map, counted from 0; negative
        numbers count from the last one. All others are the embedding. `None` if there is none.

    Raises
    ------
    TrustError, ModelError
        If it may not run, cannot be loaded, or cannot be used.
    InputError
        If its channels do not fit the method.
    """
    events = foreign_model_events(
        path, trust=trust, method=method, foreground_channel=foreground_channel
    )
    return drain(events)


def as_model(
    path: Path,
    network: ForeignNetwork,
    verdict: Verdict,
    *,
    method: Method = "discriminative",
    foreground_channel: int | None = None,
) -> Model:
    """Return a measured network as a model, with the tiles that were found for it.

    Raises
    ------
    InputError
        If its channels do not fit the method.
    """
    channels = verdict.out_channels
    last = foreground_channel
    if last is not None:
        if not -channels <= last < channels or channels == 1:
            raise InputError(
                f"the foreground channel is {last}; {path.name} returns {channels} channel(s), of "
                "which at least one must be left for the embedding. Count them from 0."
            )
        last %= channels
    spec = MeasuredSpec(
        ndim=len(verdict.axes),
        in_channels=verdict.in_channels,
        embedding_dims=channels - int(last is not None),
        foreground=last is not None,
        footprint=verdict.footprint,
    )
    config = ModelConfig(name=path.stem, method=method, spec=spec)
    fitted = Fitted(network, verdict.surplus, last)
    fitted.eval()
    return Model(config, fitted, verdict.footprint, network.content_hash)


def _loaded(source: BytesIO, kind: ForeignKind, name: str) -> nn.Module:
    if kind == "torch.export":
        program = torch.export.load(source)
        inputs = program.graph_signature.user_inputs
        _check_inputs(name, len(inputs))
        _check_sizes(name, next(n for n in program.graph.nodes if n.name == inputs[0]).meta["val"])
        return program.module()
    found: torch.jit.ScriptModule = torch.jit.load(  # type: ignore[no-untyped-call]
        source, map_location="cpu"
    )
    schema = found.forward.schema  # type: ignore[attr-defined]
    _check_inputs(name, sum(not a.has_default_value() for a in schema.arguments[1:]))
    return found.eval()


def _check_inputs(name: str, count: int) -> None:
    if count != 1:
        raise ModelError(
            f"{name} takes {count} inputs; it must take one image, its channels in one array. Wrap "
            "it so that it does, and save it again."
        )


def _check_sizes(name: str, example: Tensor) -> None:
    """Refuse a program whose image may not vary in size; an axis that may is no plain number."""
    if any(isinstance(n, int) for n in example.shape[2:]):
        raise ModelError(
            f"{name} takes arrays of {list(example.shape)} only; export it with sizes that may "
            "vary (dynamic_shapes of torch.export)."
        )
