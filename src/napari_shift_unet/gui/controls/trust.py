"""Whether another program's file may run: asked before anything of it is loaded."""

from collections.abc import Generator
from dataclasses import dataclass
from hashlib import file_digest
from html import escape
from pathlib import Path

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QMessageBox, QPushButton, QWidget

from ...errors import ModelError
from ...networks.foreign_files import ForeignKind, foreign_kind
from .parts import ZERO_WIDTH_SPACE

RUN, REFUSE = "Run it", "No"
HOLDS: dict[ForeignKind, str] = {
    "TorchScript": "A TorchScript file holds code along with its weights.",
    "torch.export": (
        "A torch.export program holds code along with its weights, and loading it can unpickle "
        "objects, which runs code too."
    ),
    "bioimage.io": (
        "A bioimage.io package holds a network as TorchScript, which is code along with its "
        "weights; no other code of the package is run."
    ),
}
RISK = (
    "Once it runs, it has all the rights that you have on this computer: it can read, change, "
    "delete and send your files. Nothing here can check what it will do. Say yes only if you know "
    "where the file comes from and trust its author."
)
LASTS = "The answer holds for exactly this content, until napari is closed."

_trusted: set[str] = set()


@dataclass(frozen=True)
class Fingerprint:
    """What a file of another program is, told without running anything of it."""

    path: Path
    kind: ForeignKind
    size: int
    """In bytes."""
    content_hash: str
    """SHA-256 in hexadecimal."""


def take_fingerprint(path: Path) -> Generator[None, None, Fingerprint]:
    """Read a file through and hash it.

    Raises
    ------
    ModelError
        If it cannot be read, or is no network of another program.
    """
    yield
    kind = foreign_kind(path)
    if kind is None:
        raise ModelError(f"{path.name} is no network any more. Choose another file.")
    try:
        with path.open("rb") as file:
            return Fingerprint(
                path, kind, path.stat().st_size, file_digest(file, "sha256").hexdigest()
            )
    except OSError as error:
        raise ModelError(
            f"{path.name} cannot be read ({error.strerror or error}). Choose another file."
        ) from error


def is_trusted(fingerprint: Fingerprint) -> bool:
    """Whether the user said yes to this content since napari was started."""
    return fingerprint.content_hash in _trusted


class TrustDialog(QMessageBox):
    """Asks for a yes that is meant: the default, and what Escape does, is no."""

    def __init__(self, fingerprint: Fingerprint, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fingerprint = fingerprint
        self.setWindowTitle("Run another program's network?")
        self.setIcon(QMessageBox.Icon.Warning)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setText(f"<b>{escape(fingerprint.path.name)} is a program. Run it?</b>")
        self.setInformativeText(_explained(fingerprint))
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.run_button, self.refuse_button = QPushButton(RUN), QPushButton(REFUSE)
        self.addButton(self.run_button, QMessageBox.ButtonRole.AcceptRole)
        self.addButton(self.refuse_button, QMessageBox.ButtonRole.RejectRole)
        self.refuse_button.setStyleSheet("font-weight: bold;")
        self.setDefaultButton(self.refuse_button)
        self.setEscapeButton(self.refuse_button)
        self.finished.connect(self._on_finished)

    @property
    def said_yes(self) -> bool:
        """Whether the user said that it may run."""
        return self.clickedButton() is self.run_button

    def _on_finished(self) -> None:
        if self.said_yes:
            _trusted.add(self._fingerprint.content_hash)


def _explained(fingerprint: Fingerprint) -> str:
    """Say what the file can do, and which file it is, in HTML."""
    path = str(fingerprint.path.absolute())
    half = len(fingerprint.content_hash) // 2
    known = {
        "File": escape(path).replace("/", f"/{ZERO_WIDTH_SPACE}"),
        "Kind": fingerprint.kind,
        "Size": f"{fingerprint.size:,} bytes",
        "SHA-256": f"{fingerprint.content_hash[:half]}<br>{fingerprint.content_hash[half:]}",
    }
    rows = (
        f"<tr><td style='padding-right: 8px'>{name}</td><td>{text}</td></tr>"
        for name, text in known.items()
    )
    risk = f"<p>{HOLDS[fingerprint.kind]} {RISK}</p><p></p>"
    return f"{risk}<table>{''.join(rows)}</table><p>{LASTS}</p>"
