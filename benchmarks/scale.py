"""Measure images that fit no memory: peak memory, time per megapixel, and a run that is killed.

    python benchmarks/scale.py [--quick] [--model NAME] [--out FOLDER]

Makes an image of 16,384 x 16,384 px (--quick: 2,048 x 2,048) of the sample, and one of 2,048 px
(--quick: 1,024 px) to compare with; segments both in processes of their own, kills a third run with
-9 when half of it is predicted, goes on with it and compares every byte. The figures go to
scale.json in FOLDER or, unless quick, in benchmarks/, and into docs/scale.md.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import numpy as np
from harness import machine, resident, write_page

from napari_shift_unet.images import Image, read_padded, sample_image
from napari_shift_unet.images.ome_zarr import create_array_zarr
from napari_shift_unet.large import DEFAULT_MEMORY, segment_large
from napari_shift_unet.large.folders import UNFINISHED
from napari_shift_unet.networks import load_model

ROOT = Path(__file__).parent.parent
MARKS = "<!-- measured: by benchmarks/scale.py -->", "<!-- end -->"
SLAB = 2048
MEMORY_BAR, TIME_BAR = 2 * 2**30, 1.15
QUICK_MEMORY = 2**28
"""For chunks enough to be killed between."""


def main() -> None:
    """Measure, and write what was measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="2,048 x 2,048 px")
    parser.add_argument("--model", default="nuclei-2d")
    parser.add_argument("--out", type=Path, help="folder for scale.json")
    options = parser.parse_args()
    small, large = (1024, 2048) if options.quick else (2048, 16384)
    how = (options.model, QUICK_MEMORY if options.quick else DEFAULT_MEMORY)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        runs = [measure(folder, side, *how) for side in (small, large)]
        resumed = kill_and_resume(folder, small, *how)
    found = {
        "model": how[0],
        "memory_mib": how[1] // 2**20,
        "runs": runs,
        "resumed": resumed,
        **machine(),
    }
    print(json.dumps(found, indent=1))
    if options.out or not options.quick:
        write(found, options.out or ROOT / "benchmarks", pages=options.out is None)


def measure(folder: Path, side: int, model: str, memory: int) -> dict[str, Any]:
    """Segment an image in a new process; return what it took."""
    make_image(folder / f"{side}.zarr", side)
    load = os.getloadavg()[0]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        measured = pool.submit(
            _segment, folder / f"{side}.zarr", folder / f"out-{side}", model, memory
        )
        found = measured.result()
    return {"side_px": side, **found, "load": round((load + os.getloadavg()[0]) / 2, 1)}


def make_image(path: Path, side: int) -> None:
    """Write the sample image, continued by reflection, as zarr in chunks of 512 px."""
    sample, _ = sample_image("u2os-nuclei")
    donor = Image(np.broadcast_to(sample.data[:1, :1], (side, side)), "yx")
    target = create_array_zarr(path, donor, sample.data.dtype, chunk=(512, 512))
    for y in range(0, side, SLAB):
        for x in range(0, side, SLAB):
            box = ((y, min(y + SLAB, side)), (x, min(x + SLAB, side)))
            target[tuple(slice(*edges) for edges in box)] = read_padded(sample.data, box)


def _segment(image: Path, output: Path, model: str, memory: int) -> dict[str, Any]:
    network = load_model(model)
    Path("/proc/self/clear_refs").write_text("5")  # the peak so far is forgotten
    before, began = resident("VmRSS"), perf_counter()
    done = segment_large(image, output, model=network, memory=memory)
    seconds, megapixels = perf_counter() - began, (int(image.stem) ** 2) / 1e6
    return {
        "seconds": round(seconds, 1),
        "seconds_per_megapixel": round(seconds / megapixels, 3),
        "prediction_per_megapixel": done.facts["seconds_of"]["prediction_per_megapixel"],
        "peak_memory_mib": round((resident("VmHWM") - before) / 2**20),
        "objects": done.facts["objects"],
        "tiles": done.facts["tiles"],
        "embedding_mib": round(_size(output / "embedding.zarr") / 2**20, 1),
        "labels_mib": round(_size(output / "labels.zarr") / 2**20, 1),
    }


def kill_and_resume(folder: Path, side: int, model: str, memory: int) -> dict[str, Any]:
    """Kill a run when half of it is predicted, go on, and compare it with that of `measure`."""
    output, whole = folder / "killed", folder / f"out-{side}"
    command = [sys.executable, "-m", "napari_shift_unet.cli", "segment", f"{folder}/{side}.zarr"]
    command += ["--output", str(output), "--model", model, "--large", "--memory", str(memory)]
    running = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    marks = output / UNFINISHED / "predicted"
    total = json.loads((whole / "run.json").read_text())["units"]
    while running.poll() is None and (not marks.is_dir() or len(list(marks.iterdir())) < total / 2):
        sleep(0.05)
    running.send_signal(signal.SIGKILL)
    running.wait()
    kept = len(list(marks.glob("*.npz")))
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return {
        "side_px": side,
        "units": total,
        "kept": kept,
        "same_bytes": _content(output) == _content(whole),
    }


def write(found: dict[str, Any], folder: Path, *, pages: bool) -> None:
    """Write the figures, and the table of the page."""
    (folder / "scale.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    if pages:
        write_page(ROOT / "docs" / "scale.md", table(found), MARKS)


def table(found: dict[str, Any]) -> str:
    """Return the figures as two tables in Markdown."""
    small, large = found["runs"]
    ratio = large["seconds_per_megapixel"] / small["seconds_per_megapixel"]
    peak = large["peak_memory_mib"] * 2**20
    lines = [
        "| image | objects | peak memory | time per MP | of it prediction | embedding | load |",
        "|---|---|---|---|---|---|---|",
    ]
    for run in (small, large):
        side = f"{run['side_px']:,}"
        lines.append(
            f"| {side} x {side} | {run['objects']:,} | {run['peak_memory_mib']:,} MiB "
            f"| {run['seconds_per_megapixel']:.2f} s | {run['prediction_per_megapixel']:.2f} s "
            f"| {run['embedding_mib']:,.0f} MiB | {run['load']} |"
        )
    kept = found["resumed"]
    same = "the same bytes" if kept["same_bytes"] else "**other bytes**"
    lines += [
        "",
        "| what | measured | bar | met |",
        "|---|---|---|---|",
        f"| peak memory, {large['side_px']:,} px | {peak / 2**30:.2f} GiB "
        f"| at most {MEMORY_BAR / 2**30:g} GiB | {_met(peak <= MEMORY_BAR)} |",
        f"| time per MP, {large['side_px']:,} against {small['side_px']:,} px | {ratio:.2f} x "
        f"| at most {TIME_BAR:g} x | {_met(ratio <= TIME_BAR)} |",
        f"| {kept['side_px']:,} px, killed at {kept['kept']} of {kept['units']} chunks, then "
        f"gone on with | {same} "
        f"| the same bytes | {_met(kept['same_bytes'])} |",
    ]
    return "\n".join(lines)


def _met(bar: bool) -> str:
    return "yes" if bar else "**no**"


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _content(folder: Path) -> dict[str, bytes]:
    """Return all that a folder of results holds, but for run.json, which has times."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(p.relative_to(folder)): p.read_bytes() for p in files if p.name != "run.json"}


if __name__ == "__main__":
    main()
