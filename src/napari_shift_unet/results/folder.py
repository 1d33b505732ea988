"""A folder whose files are replaced together or not at all."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from ..errors import OutputError
from ..images import writing


def check_directory(directory: str | os.PathLike[str]) -> None:
    """Refuse a folder that results cannot be written to, before they are computed.

    Raises
    ------
    OutputError
        If it is, or lies in, a file or a place where writing is not permitted.
    """
    folder = Path(directory).expanduser()
    there = next((path for path in (folder, *folder.absolute().parents) if path.exists()), folder)
    if not there.is_dir():
        raise OutputError(f"{there} is a file; results need a folder. Choose another name.")
    if not os.access(there, os.W_OK | os.X_OK):
        raise OutputError(f"{there} is read-only or not yours. Choose another folder.")


@contextmanager
def making(folder: Path) -> Iterator[None]:
    """Make the folder if it is not there, and take it away again if nothing came into it."""
    check_directory(folder)
    is_new = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"the folder {folder} cannot be made: {error.strerror}. Choose another one."
        ) from error
    try:
        yield
    except BaseException:
        if is_new:
            with suppress(OSError):
                folder.rmdir()
        raise


@contextmanager
def together(folder: Path, names: Sequence[str]) -> Iterator[dict[str, Path]]:
    """Give a temporary path per name; all are renamed at the end, the first name last, or none."""
    temporary: dict[str, Path] = {}
    try:
        with ExitStack() as stack:
            for name in names:
                temporary[name] = stack.enter_context(writing(folder / name))
            yield temporary
    except OutputError as error:
        text = str(error)
        for name, path in temporary.items():
            text = text.replace(path.name, name)
        raise OutputError(text) from error


def remove_stale(folder: Path, names: set[str]) -> None:
    """Remove what an earlier run wrote and this one did not; other things of that name stay."""
    for path in (folder / name for name in names):
        if (path / "zarr.json").is_file():
            shutil.rmtree(path, ignore_errors=True)
        elif path.is_file():
            with suppress(OSError):
                path.unlink()
