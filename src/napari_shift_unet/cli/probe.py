"""`shift-unet probe`: which tiles of a network are exact, measured."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..networks import foreign_kind
from .console import columns, result, result_json, size, why
from .foreign import TrustOption
from .options import JsonOption, ModelOption
from .progress import follow_probe

if TYPE_CHECKING:
    from ..networks import Verdict


def probe(
    model: ModelOption, /, *, trust: TrustOption = False, as_json: JsonOption = False
) -> None:
    """Measure period and context of a network, and whether any tiling of it is exact.

    Parameters
    ----------
    model
        A bundled model, a model file, or a network of another program: TorchScript, torch.export
        (.pt2), or a bioimage.io package with TorchScript weights.
    trust
        Run the code of another program's network, which then has all your rights.
    as_json
        Print JSON.
    """
    from ..networks import verdict_facts
    from ..seams import causes_of

    name, verdict = measure(model, trust=trust)
    causes = causes_of(verdict=verdict)
    if as_json:
        result_json({**verdict_facts(name, verdict), "causes": [vars(cause) for cause in causes]})
    else:
        result("\n".join((_describe(name, verdict), *map(why, causes))))


def measure(model: str, *, trust: bool) -> tuple[str, "Verdict"]:
    """Return the name of a network and what its probe found.

    Raises
    ------
    ShiftUNetError
        If it may not run, or cannot be used.
    """
    from ..networks import load_model, open_foreign, probe_events

    path = Path(model).expanduser()
    if foreign_kind(path) is None:
        loaded = load_model(model)
        return loaded.config.name, follow_probe(probe_events(loaded))
    network = open_foreign(path, trust=trust)
    return path.stem, follow_probe(probe_events(network, path.name))


def _describe(name: str, verdict: "Verdict") -> str:
    channels = f"{verdict.in_channels} channel(s) in, {verdict.out_channels} out"
    rows = [
        ("model", f"{name}, {len(verdict.axes)}D, {channels}"),
        ("period", _sizes(verdict.period)),
        ("context", _sizes(verdict.context)),
        ("exact", "yes" if verdict.exact else "no"),
    ]
    return "\n".join((columns(rows), *verdict.advice))


def _sizes(px: Sequence[int | None]) -> str:
    known = [n for n in px if n is not None]
    if not known:
        return "none"
    return size(known) if len(known) == len(px) else " x ".join(str(n or "none") for n in px)
