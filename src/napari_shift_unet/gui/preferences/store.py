"""The file in which the choices of the user are kept, beside napari's own settings."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from napari.settings import get_settings
from qtpy.QtCore import QObject, Signal

from ...errors import ShiftUNetError
from ...images import writing

NAME = "napari-shift-unet.json"
Value = str | bool | int | float
V = TypeVar("V", str, bool, int, float)
MOST_BYTES = 100_000
"""A larger file is none of ours."""


class Preferences(QObject):
    """Choices by key; what cannot be read or written is left out, for no work depends on it.

    Every call reads the file anew: several napari windows may share it.

    Parameters
    ----------
    path
        The file; `None` keeps nothing.
    """

    changed = Signal()
    """Something was kept or forgotten."""

    def __init__(self, path: Path | None) -> None:
        super().__init__()
        self.path = path
        self.fault = ""
        """Why the last reading or writing failed; empty if it did not."""

    def value(self, key: str, default: V) -> V:
        """Return what was kept, or the default where that is nothing of the same type."""
        found = self.all().get(key, default)
        return found if type(found) is type(default) else default

    def all(self) -> Mapping[str, Value]:
        """Return all that was kept, in the order of the keys."""
        self.fault = ""
        if self.path is None:
            return {}
        try:
            if self.path.stat().st_size > MOST_BYTES:
                raise ValueError
            found = json.loads(self.path.read_text(encoding="utf-8"))
            if not isinstance(found, dict):
                raise ValueError
        except FileNotFoundError:
            return {}
        except OSError as error:
            self.fault = f"{self.path} cannot be read: {error.strerror or error}."
            return {}
        except (ValueError, RecursionError):  # no JSON, no UTF-8, no object, or nested for ever
            self.fault = f"{self.path} is damaged; the next choice replaces it."
            return {}
        return {key: found[key] for key in sorted(found) if isinstance(found[key], Value)}

    def keep(self, key: str, value: Value) -> None:
        """Keep a choice."""
        kept = self.all()
        if kept.get(key) != value:
            self._write({**kept, key: value})

    def forget(self) -> None:
        """Forget all choices; the widgets then begin with the defaults."""
        self._write({})

    def _write(self, kept: Mapping[str, Value]) -> None:
        if self.path is None:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with writing(self.path) as temporary:
                temporary.write_text(json.dumps(kept, indent=2, sort_keys=True), encoding="utf-8")
        except (OSError, ShiftUNetError) as error:
            self.fault = str(error)
        self.changed.emit()


_opened: dict[Path | None, Preferences] = {}


def preferences() -> Preferences:
    """Return the choices of this user; none are kept where napari keeps no settings either."""
    settings = get_settings().config_path
    path = Path(settings).with_name(NAME) if settings else None
    if path not in _opened:
        _opened[path] = Preferences(path)
    return _opened[path]
