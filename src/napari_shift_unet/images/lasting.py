"""What has been written is on the disk: it outlasts a power failure, not only the program."""

import errno
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import zarr

_AT_ONCE = 16
"""Files for which a disk is waited at the same time: it writes their journal together."""
_NOT_TO_BE_HAD = {errno.EINVAL, errno.ENOTSUP, errno.ENOSYS, errno.EACCES, errno.EPERM, errno.EBADF}
"""What file systems answer that cannot sync a folder, which says nothing about its files."""


def sync_file(path: Path) -> None:
    """Wait until the content of a file is on the disk; its name may not be."""
    handle = os.open(path, os.O_RDWR)  # Windows syncs only what can be written to
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(path: Path) -> None:
    """Wait until the names in a folder are on the disk, where the system can tell."""
    if os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NOT_TO_BE_HAD:
            raise
    finally:
        os.close(handle)


def sync_files(paths: Iterable[Path]) -> None:
    """Wait until many files, and their names, are on the disk."""
    files = list(paths)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(sync_file, files))
    for folder in {path.parent for path in files}:
        sync_folder(folder)


def sync_tree(folder: Path) -> None:
    """Wait until all that a folder holds is on the disk, at any depth."""
    found = sorted(folder.rglob("*"))
    sync_files(path for path in found if path.is_file())
    for path in (*(path for path in found if path.is_dir()), folder):
        sync_folder(path)


def sync_chunks(array: "zarr.Array[Any]", place: Sequence[int | slice]) -> None:
    """Wait until the stored chunks that hold a box of an array are on the disk.

    Parameters
    ----------
    array
        On a local disk, with each chunk in a file of its own.
    place
        A position, or a slice from a number to a number, per axis.
    """
    root = _root(array)
    for path in chunk_files(array, place):
        sync_file(path)
        for folder in path.parents:
            sync_folder(folder)
            if folder == root or len(os.listdir(folder)) > 1:  # was there before, so its name is
                break


def chunk_files(array: "zarr.Array[Any]", place: Sequence[int | slice]) -> list[Path]:
    """Return the files that hold a box of an array; see `sync_chunks`."""
    sides = (slice(at, at + 1) if isinstance(at, int) else at for at in place)
    ranges = [
        range(side.start // length, -(-side.stop // length))
        for side, length in zip(sides, array.chunks, strict=True)
    ]
    keys = (array.metadata.encode_chunk_key(at) for at in product(*ranges))
    return [path for path in (_root(array) / key for key in keys) if path.is_file()]


def _root(array: "zarr.Array[Any]") -> Path:
    return Path(str(getattr(array.store, "root", "")), array.path)
