"""Every writer, with the n-th access to the disk failing.

Whatever happens, what is read afterwards is the old content or the new one, whole; and the next
run writes the new one.
"""

import builtins
import errno
import io
import os
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from napari_shift_unet.errors import InputError, OutputError
from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.images import (
    Image,
    read_image,
    write_array_zarr,
    write_labels_ome_zarr,
    write_labels_tiff,
    write_table_csv,
)
from napari_shift_unet.networks import ModelConfig, UNet, read_config, save_model
from napari_shift_unet.results import Results, holds_results, read_results, write_parts
from napari_shift_unet.sweep.curve import FACTS, write_facts
from napari_shift_unet.sweep.table import Measurement, append_row, read_table, write_table

LABELS = np.arange(30, dtype=np.int32).reshape(5, 6)
SPEC = UNetSpec(width=1, growth=1, factors=(2,), convs=1)
NETWORK = UNet(SPEC)
pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX alone lets a file go that is open")
REMOVING = ("unlink", "remove", "rmdir")


class Killed(BaseException):
    """The process is dead: nothing that it would still do reaches the disk."""


@dataclass(frozen=True)
class Fault:
    """What happens from the n-th access on."""

    error: Callable[[], BaseException]
    """Raised by whatever creates or renames."""
    removes: bool
    """Whether files can still be removed, and moved back."""


FAULTS = {
    "full disk": Fault(lambda: OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), True),
    "no permission": Fault(lambda: PermissionError(errno.EACCES, os.strerror(errno.EACCES)), True),
    "vanished mount": Fault(lambda: OSError(errno.EIO, os.strerror(errno.EIO)), False),
    "kill -9": Fault(Killed, False),
}


@contextmanager
def failing(folder: Path, fault: Fault, left: float):
    """Let the fault begin after `left` accesses below a folder."""
    count = [0]

    def guarded(function, may_go_on=False, moves=False, writes=lambda *_: True):
        def call(path: Any, *arguments: Any, **named: Any) -> Any:
            inside = isinstance(path, str | os.PathLike) and str(path).startswith(str(folder))
            if inside and writes(*arguments, *named.values()):
                count[0] += not may_go_on
                begun = count[0] == left + 1 if moves and fault.removes else count[0] > left
                if begun and not (may_go_on and fault.removes):
                    raise fault.error()
            return function(path, *arguments, **named)

        return call

    def for_writing(*arguments: Any) -> bool:
        return any(isinstance(a, str) and set(a) & set("wax+") for a in arguments[:1])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "mkdir", guarded(os.mkdir))
        for name in ("rename", "replace"):
            patch.setattr(os, name, guarded(getattr(os, name), moves=True))
        patch.setattr(os, "open", guarded(os.open, writes=lambda flags, *_: flags & os.O_CREAT))
        for name in REMOVING:
            patch.setattr(os, name, guarded(getattr(os, name), may_go_on=True))
        opened = guarded(builtins.open, writes=for_writing)
        patch.setattr(builtins, "open", opened)
        patch.setattr(io, "open", opened)
        yield count


def _model(folder: Path, version: int) -> None:
    config = ModelConfig(name=str(version), method="semi-convolutional", spec=SPEC)
    save_model(folder / "a.safetensors", config, NETWORK)


def _results(folder: Path, version: int, labels_format: Any = "tiff") -> None:
    results = Results(
        labels=Image(LABELS + version, "yx"),
        objects=pd.DataFrame({"index": [version]}),
        facts={"objects": version},
        embedding=Image(np.full((2, 5, 6), version, np.float32), "cyx"),
    )
    write_parts(folder / "out", results, labels_format=labels_format)


def _read_results(folder: Path) -> int | None:
    if not holds_results(folder / "out"):
        return None
    found = read_results(folder / "out")
    assert found.objects is not None
    assert found.embedding is not None
    versions = {
        int(found.facts["objects"]),
        int(found.objects["index"][0]),
        int(np.asarray(found.labels.data[...])[0, 0]),
        *np.unique(found.embedding.data[...]).astype(int),
    }
    assert len(versions) == 1, f"parts of several runs: {versions}"
    return versions.pop()


def _first_pixel(path: Path) -> int | None:
    return int(np.asarray(read_image(path).data[...])[0, 0]) if path.exists() else None


def _row(version: int) -> Measurement:
    return Measurement(version, "cells", 1, 1, 0, 0, 0, 0, 1.0)


def _rows(folder: Path) -> int | None:
    rows = read_table(folder)
    return rows[-1].window if rows else None


def _some(accesses: int) -> list[int]:
    """The first, a middle one, and the last ones, in which files are renamed; all if asked for."""
    every = range(accesses)
    if os.environ.get("SHIFT_UNET_EVERY_FAULT"):
        return list(every)
    return sorted({*every[:2], accesses // 2, *every[-3:]})


Writer = tuple[Callable[[Path, int], object], Callable[[Path], int | None]]
WRITERS: dict[str, Writer] = {
    "labels as TIFF": (
        lambda folder, version: write_labels_tiff(folder / "a.tif", LABELS + version),
        lambda folder: _first_pixel(folder / "a.tif"),
    ),
    "labels as OME-Zarr": (
        lambda folder, version: write_labels_ome_zarr(folder / "a.zarr", LABELS + version),
        lambda folder: _first_pixel(folder / "a.zarr"),
    ),
    "zarr array": (
        lambda folder, version: write_array_zarr(folder / "a.zarr", LABELS + version, "yx"),
        lambda folder: _first_pixel(folder / "a.zarr"),
    ),
    "table": (
        lambda folder, n: write_table_csv(folder / "a.csv", pd.DataFrame({"n": [n] * 9})),
        lambda folder: (
            int(pd.read_csv(folder / "a.csv")["n"][8]) if (folder / "a.csv").exists() else None
        ),
    ),
    "model": (
        _model,
        lambda folder: (
            int(read_config(folder / "a.safetensors").name)
            if (folder / "a.safetensors").exists()
            else None
        ),
    ),
    "results": (_results, _read_results),
    "results of another format": (
        lambda folder, version: _results(folder, version, ("tiff", "ome-zarr")[version % 2]),
        _read_results,
    ),
    "table of a sweep": (lambda folder, n: write_table(folder, [_row(n)]), _rows),
    "facts of a sweep": (
        lambda folder, version: write_facts(folder, {"version": version}),
        lambda folder: (
            int((folder / FACTS).read_text().split(":")[1].strip(" \n}"))
            if (folder / FACTS).exists()
            else None
        ),
    ),
}


@pytest.mark.parametrize("before", [None, 1], ids=["first", "again"])
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS)
def test_the_nth_access_fails(tmp_path, writer, fault, before):
    write, read = writer
    counted = tmp_path / "counted"
    counted.mkdir()
    if before is not None:
        write(counted, before)
    with failing(counted, fault, float("inf")) as count:
        write(counted, 2)
    assert read(counted) == 2
    for left in _some(count[0]):
        folder = tmp_path / str(left)
        folder.mkdir()
        if before is not None:
            write(folder, before)
        with failing(folder, fault, left), pytest.raises((OutputError, Killed)):
            write(folder, 2)
        found = read(folder)
        hidden = set(folder.rglob(".*-*"))
        if fault.removes:
            assert found == before, f"access {left + 1} of {count[0]}"
            assert not hidden
        else:
            assert found in (before, 2, None)
        write(folder, 2)
        assert read(folder) == 2


def test_a_row_that_was_cut_off_is_measured_again(tmp_path):
    write_table(tmp_path, [_row(1)])
    append_row(tmp_path, _row(2))
    whole = (tmp_path / "images.csv").read_bytes()
    for end in range(whole.rindex(b"\n2,") + 1, len(whole)):
        (tmp_path / "images.csv").write_bytes(whole[:end])
        assert read_table(tmp_path) == [_row(1)]
        write_table(tmp_path, read_table(tmp_path))
        append_row(tmp_path, _row(2))
        assert read_table(tmp_path) == [_row(1), _row(2)]


@pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS)
def test_files_that_cannot_grow(tmp_path, writer):
    """The system itself refuses each file beyond a size, in the middle of a write."""
    import resource

    write, read = writer
    write(tmp_path, 2)
    largest = max(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    write(tmp_path, 1)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    for size in {1, 10, largest // 2, largest - 1}:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
        try:
            with pytest.raises((OutputError, InputError)) as caught:
                write(tmp_path, 2)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert isinstance(caught.value, OutputError)
        assert read(tmp_path) == 1
    write(tmp_path, 2)
    assert read(tmp_path) == 2
