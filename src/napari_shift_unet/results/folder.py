"""A folder whose files are replaced together or not at all."""

import os
import secrets
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from ..errors import OutputError
from ..images import writing
from ..images.atomic import refusal, remove


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


def make_directory(folder: Path) -> None:
    """Make a folder, and those that it lies in, if it is not there.

    Raises
    ------
    OutputError
        If it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"the folder {folder} cannot be made: {error.strerror}. Choose another one."
        ) from error


@contextmanager
def making(folder: Path) -> Iterator[None]:
    """Make the folder if it is not there, and take it away again if nothing came into it."""
    check_directory(folder)
    is_new = not folder.exists()
    make_directory(folder)
    try:
        yield
    except BaseException:
        if is_new:
            with suppress(OSError):
                folder.rmdir()
        raise


@contextmanager
def together(
    folder: Path, names: Sequence[str], stale: Collection[str] = ()
) -> Iterator[dict[str, Path]]:
    """Give a temporary path per name; at the end all are renamed, the first name last, or none.

    While they are renamed the file of the first name is not there, so that nobody who looks at the
    folder then, or after this program was killed then, takes old and new files for one whole.

    Parameters
    ----------
    folder : Path
        Where the files belong.
    names : sequence of str
        Files or zarr stores that are written.
    stale : collection of str
        Those of an earlier time that go; other things of these names stay.
    """
    temporary: dict[str, Path] = {}
    come: list[Path] = []
    try:
        with _as_it_was_on_error(come) as set_aside, ExitStack() as stack:
            for name in names:
                temporary[name] = stack.enter_context(writing(folder / name))
            yield temporary
            alike = [n for n in names if (folder / n).is_file() == temporary[n].is_file()]
            gone = [name for name in stale if _is_ours(folder / name)]
            set_aside([folder / name for name in (*alike, *gone)])
            places = [Path(os.path.realpath(folder / name)) for name in names]
            come += [place for place in places if not place.exists()]
    except OutputError as error:
        text = str(error)
        for name, path in temporary.items():
            text = text.replace(path.name, name)
        raise OutputError(text) from error


@contextmanager
def _as_it_was_on_error(come: Sequence[Path]) -> Iterator[Callable[[Sequence[Path]], None]]:
    """Give what moves files aside; they go at the end, or come back if this fails.

    In that case what stands in `come` by then is removed.
    """
    moved: list[tuple[Path, Path]] = []

    def set_aside(targets: Sequence[Path]) -> None:
        for target in (Path(os.path.realpath(path)) for path in targets):
            if target.exists():
                aside = target.with_name(f".{secrets.token_hex(4)}-old-{target.name}")
                try:
                    os.replace(target, aside)
                except OSError as error:
                    raise refusal(target, error) from error
                moved.append((target, aside))

    try:
        yield set_aside
    except BaseException:
        for target in come:
            remove(target)
        for target, aside in reversed(moved):
            with suppress(OSError):
                os.replace(aside, target)
        raise
    for _, aside in moved:
        remove(aside)


def _is_ours(path: Path) -> bool:
    """Whether this is a file or a zarr store."""
    return path.is_file() or (path / "zarr.json").is_file()
