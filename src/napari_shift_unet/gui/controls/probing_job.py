"""Probing as a job for a thread: load a network, measure it."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .trust import Fingerprint

if TYPE_CHECKING:
    from ...networks import Method, Model, Probing, Verdict
    from ...networks.foreign import ForeignNetwork


@dataclass(frozen=True)
class Probed:
    """A network and what was measured of it."""

    source: str | Path
    """Name of a bundled model, or path of a file."""
    name: str
    verdict: "Verdict"
    network: "ForeignNetwork | None" = None
    """`None` for a model of this project."""

    def model(self, method: "Method", foreground_channel: int | None) -> "Model":
        """Return another program's network as a model with the tiles that were found for it.

        Raises
        ------
        InputError
            If its channels do not fit the method.
        """
        from ...networks import as_model

        if self.network is None:
            raise TypeError(f"{self.name} is a model already")
        return as_model(
            Path(self.source),
            self.network,
            self.verdict,
            method=method,
            foreground_channel=foreground_channel,
        )


def probe_own(model: str | Path) -> Generator["Probing | None", None, Probed]:
    """Load and measure a model of this project, by its name or file."""
    from ...networks import load_model, probe_events

    yield None
    loaded = load_model(model)
    yield None
    verdict = yield from probe_events(loaded)
    return Probed(model, loaded.config.name, verdict)


def probe_foreign(
    trusted: Fingerprint, ndim: int | None = None, channels: int | None = None
) -> Generator["Probing | None", None, Probed]:
    """Load and measure another program's network, to which the user said yes.

    Raises
    ------
    ModelError
        If it is no network for tiles; `TrustError` if the file is another one by now.
    """
    from ...networks import open_foreign, probe_events

    yield None
    path = trusted.path
    network = open_foreign(path, trust=trusted.content_hash)
    yield None
    verdict = yield from probe_events(network, path.name, ndim=ndim, channels=channels)
    return Probed(path, path.stem, verdict, network)
