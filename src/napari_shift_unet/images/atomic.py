"""Writing so that a target is either the old one or the whole new one, never half of it."""

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import OutputError, ShiftUNetError

_REASONS = {
    errno.ENOSPC: "the disk is full. Free some space or choose another folder",
    errno.EDQUOT: "the disk quota is used up. Free some space or choose another folder",
    errno.EROFS: "the folder is read-only. Choose another folder",
    errno.EACCES: "writing there is not permitted. Choose another folder",
    errno.EPERM: "writing there is not permitted. Choose another folder",
    errno.EISDIR: "a folder of this name is there. Choose another name",
    errno.ENOTDIR: "a file of this name is there. Choose another name",
}
ZARR_MARKS = ("zarr.json", ".zgroup", ".zarray")
"""Files of which a folder that is a zarr store holds one."""


@contextmanager
def writing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a temporary name beside `path`; on success it is renamed to `path`, else removed.

    The caller creates a file or a folder (a zarr store) of the temporary name, which keeps the
    suffix. A file replaces a file, a zarr store replaces a zarr store or an empty folder; a folder
    that holds anything else is left alone.

    Parameters
    ----------
    path : path-like
        The target. Its folder must exist.

    Yields
    ------
    Path
        The temporary name, in the folder of the target; nothing is there yet.

    Raises
    ------
    OutputError
        If the target cannot be written: no such folder, read-only, full, or another thing there.
        What was at `path` before is still there then.
    """
    target = Path(os.path.realpath(Path(path).expanduser()))
    check_target(target)
    temporary = target.with_name(f".{secrets.token_hex(4)}-{target.name}")
    try:
        yield temporary
        move_onto(temporary, target)
    except ShiftUNetError:
        raise
    except OSError as error:
        raise refusal(target, error) from error
    finally:
        remove(temporary)


def refusal(target: Path, error: OSError) -> OutputError:
    """Say why a target cannot be written."""
    reason = _REASONS.get(error.errno or 0, f"{error.strerror or error}. Check the target")
    return OutputError(f"{target} cannot be written: {reason}.")


def check_target(target: Path) -> None:
    """Refuse, before any work is done, a target that has no folder or would destroy other data."""
    if not target.parent.is_dir():
        raise OutputError(
            f"{target} cannot be written: there is no folder {target.parent}."
            " Create it or choose another one."
        )
    if target.is_dir() and not _is_replaceable(target):
        raise OutputError(
            f"{target} cannot be written: a folder of this name holds other files."
            " Choose another name."
        )


def _is_replaceable(folder: Path) -> bool:
    """Whether a folder is a zarr store, or empty."""
    return any((folder / mark).is_file() for mark in ZARR_MARKS) or not any(folder.iterdir())


def move_onto(temporary: Path, target: Path) -> None:
    """Rename a finished file or folder; a folder that is replaced comes back if this fails."""
    if temporary.is_file():
        with temporary.open("r+b") as file:
            os.fsync(file.fileno())
    if not (temporary.is_dir() and target.is_dir()):
        os.replace(temporary, target)
        return
    aside = target.with_name(f".{secrets.token_hex(4)}-old-{target.name}")
    os.replace(target, aside)
    try:
        os.replace(temporary, target)
    except OSError:
        os.replace(aside, target)
        raise
    remove(aside)


def remove(path: Path) -> None:
    """Remove a file or a folder if it is there; what cannot be removed stays, without an error."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
        return
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return
