"""The hidden folder of an unfinished run: what is done, and what units tell each other."""

import json
import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from ..errors import InputError, OutputError, ShiftUNetError, complaint
from ..images.atomic import refusal
from ..images.lasting import sync_file, sync_files, sync_folder
from .folders import JOB as JOB
from .folders import UNFINISHED
from .job import Job

FINISHED = ("finished", 0)
"""Stage and unit whose mark says that everything but moving the results is done."""
MODEL = "model.safetensors"


class Store:
    """Files of an unfinished run, by stage and number of the unit.

    The file of a unit is written under another name and renamed when all that the unit has made,
    and the file itself, is on the disk: where it stands, the unit is done, also after a power
    failure. Files hold named arrays.

    Parameters
    ----------
    folder
        Where the results will be.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / UNFINISHED

    def path(self, *names: str) -> Path:
        """Return the path of a file of the run."""
        return self.root.joinpath(*names)

    def write(
        self,
        stage: str,
        name: int | str,
        arrays: Mapping[str, np.ndarray],
        *,
        lasting: bool = True,
    ) -> None:
        """Keep arrays, whole or not at all.

        Parameters
        ----------
        stage, name
            Where.
        arrays
            By name.
        lasting
            Whether to wait for the disk; `sync` does so for many at once.

        Raises
        ------
        OutputError
            If they cannot be written.
        """
        target = self._file(stage, name)
        temporary = target.with_suffix(f".{os.getpid()}")
        with noticing(self.folder):
            target.parent.mkdir(exist_ok=True)
            try:
                with temporary.open("wb") as file:
                    np.savez(file, **arrays)  # type: ignore[arg-type]
                    if lasting:
                        file.flush()
                        os.fsync(file.fileno())
                temporary.replace(target)
            finally:
                temporary.unlink(missing_ok=True)

    def sync(self, stage: str, names: Iterable[int]) -> None:
        """Wait until what was kept of units is on the disk."""
        with noticing(self.folder):
            sync_files(self._file(stage, name) for name in names)
            sync_folder(self.root)

    def read(self, stage: str, name: int | str) -> dict[str, np.ndarray]:
        """Return arrays that were kept.

        Raises
        ------
        InputError
            If they are gone or damaged.
        """
        path = self._file(stage, name)
        try:
            with np.load(path) as arrays:
                return dict(arrays)
        except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
            raise InputError(
                f"{path} cannot be read ({error}). Begin anew, without resuming."
            ) from error

    def has(self, stage: str, name: int | str) -> bool:
        """Whether such arrays were kept."""
        return self._file(stage, name).exists()

    def left(self, stage: str, count: int) -> list[int]:
        """Return the units 0 .. count - 1 that are not done."""
        folder = self.root / stage
        there = set(os.listdir(folder)) if folder.is_dir() else set()
        return [unit for unit in range(count) if _name(unit) not in there]

    def seconds(self, stage: str) -> float:
        """Return how long the units of a stage took, one after the other."""
        return sum(map(float, self.all_of(stage, "seconds")))

    def all_of(self, stage: str, array: str) -> list[np.ndarray]:
        """Return one array of all units of a stage, of which some may not have it."""
        found = []
        for path in (self.root / stage).iterdir():
            with np.load(path) as arrays:
                found += [arrays[array]] if array in arrays else []
        return found

    def forget(self, stages: Iterable[str]) -> None:
        """Let go of what was done in some stages."""
        for stage in stages:
            shutil.rmtree(self.root / stage, ignore_errors=True)
        with noticing(self.folder):
            sync_folder(self.root)

    def read_job(self) -> Job | None:
        """Return the job of the unfinished run, if there is one.

        Raises
        ------
        InputError
            If its description is damaged.
        """
        path = self.root / JOB
        try:
            return Job.model_validate_json(path.read_text("utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValidationError, ValueError) as error:
            why = str(complaint(error) if isinstance(error, ValidationError) else error)
            raise InputError(
                f"{path} cannot be read ({why.rstrip('.')}). Begin anew, without resuming."
            ) from error

    def write_job(self, job: Job) -> None:
        """Keep the job; with it, there is a run to go on with."""
        temporary = self.root / f"{JOB}.{os.getpid()}"
        with noticing(self.folder):
            temporary.write_text(json.dumps(job.model_dump(mode="json"), indent=2), "utf-8")
            sync_file(temporary)
            temporary.replace(self.root / JOB)
            sync_folder(self.root)

    def remove(self) -> None:
        """Remove the unfinished run; the job goes first, so that half of it is no run."""
        with suppress(OSError):
            (self.root / JOB).unlink(missing_ok=True)
        shutil.rmtree(self.root, ignore_errors=True)

    def _file(self, stage: str, name: int | str) -> Path:
        return self.root / stage / (_name(name) if isinstance(name, int) else f"{name}.npz")


def _name(unit: int) -> str:
    return f"{unit:09d}.npz"


@contextmanager
def noticing(folder: Path) -> Iterator[None]:
    """Say in one sentence why nothing can be written to a folder.

    Raises
    ------
    OutputError
        For what the system refuses, such as a full disk.
    """
    try:
        yield
    except ShiftUNetError:
        raise
    except OSError as error:
        raise OutputError(str(refusal(folder, error))) from error
