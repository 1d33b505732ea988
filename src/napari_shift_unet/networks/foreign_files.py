"""Networks in files of other programs: told by their content, without torch and without risk."""

import lzma
import zlib
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any, Literal
from zipfile import BadZipFile, ZipFile, is_zipfile

from ..errors import ModelError, TrustError

ForeignKind = Literal["TorchScript", "torch.export", "bioimage.io"]
DESCRIPTIONS = ("rdf.yaml", "bioimageio.yaml")
MAX_DESCRIPTION_BYTES = 2**18
"""A description has about 20 kB."""
MAX_NETWORK_BYTES = 2**32
DAMAGE = (
    AttributeError,
    BadZipFile,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    lzma.LZMAError,
    zlib.error,
)
"""All that a package causes that is damaged, or says of itself what is not so."""
PROGRAMS = ("model.json", "serialized_exported_program.json")


def foreign_kind(path: Path) -> ForeignKind | None:
    """Return what kind of foreign network a file holds; `None` for every other file.

    A pickled network is none: pickles are never opened.
    """
    try:
        if not path.is_file() or not is_zipfile(path):
            return None
        with ZipFile(path) as archive:
            return _kind(archive.namelist())
    except DAMAGE:
        return None


def check_trust(path: Path, kind: ForeignKind, *, trust: bool) -> None:
    """Refuse a foreign network unless somebody answers for it.

    Raises
    ------
    TrustError
        One sentence that names the risk.
    """
    if not trust:
        raise TrustError(
            f"{path.name} is a program ({kind}): running it gives its author all the rights that "
            "you have on this computer. If you trust them, use --trust, or in Python "
            "load_foreign(path, trust=True)."
        )


def packaged_network(package: BytesIO, name: str) -> BytesIO:
    """Return the TorchScript file inside a bioimage.io package; `name` is that of its file.

    Raises
    ------
    ModelError
        If the package has none, takes several inputs, returns several outputs, or is damaged.
    """
    try:
        with ZipFile(package) as archive:
            description = _description(name, archive)
            for what in ("inputs", "outputs"):
                _check_single(name, description.get(what) or [], what)
            weights = (description.get("weights") or {}).get("torchscript")
            if weights is None:
                known = ", ".join(description.get("weights") or {}) or "none"
                raise ModelError(
                    f"{name} holds no TorchScript weights (only {known}); choose a package "
                    "that does, or export the network with torch.export."
                )
            source = str(weights["source"]).removeprefix("./")
            return BytesIO(_member(name, archive, source, MAX_NETWORK_BYTES))
    except DAMAGE as error:
        raise ModelError(f"{name} is damaged ({error}). Get it again.") from error


def _kind(names: Sequence[str]) -> ForeignKind | None:
    if any(name in DESCRIPTIONS for name in names):
        return "bioimage.io"
    last = {PurePosixPath(name).name for name in names}
    if not last.isdisjoint(PROGRAMS):
        return "torch.export"
    return "TorchScript" if "constants.pkl" in last else None


def _description(name: str, archive: ZipFile) -> dict[str, Any]:
    import yaml

    entry = next((entry for entry in DESCRIPTIONS if entry in archive.namelist()), None)
    if entry is None:
        raise ModelError(f"{name} holds no {DESCRIPTIONS[0]}. Get the package again.")
    text = _member(name, archive, entry, MAX_DESCRIPTION_BYTES)
    try:
        found: dict[str, Any] = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ModelError(f"{name}: {entry} cannot be read. Get the package again.") from error
    return found


def _member(name: str, archive: ZipFile, entry: str, limit: int) -> bytes:
    """Unpack a member into memory, and no more of it than `limit`, whatever the package says."""
    with archive.open(entry) as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise ModelError(
            f"{name}: {entry} has more than {limit / 1e6:,.1f} MB when it is unpacked, and is not "
            "opened. Get the package again."
        )
    return content


def _check_single(name: str, tensors: Sequence[Any], what: str) -> None:
    if len(tensors) != 1:
        raise ModelError(
            f"{name} describes {len(tensors)} {what}; a network with one image in and one "
            "image out is needed. Choose another package."
        )
