"""Runs are killed, stopped and changed; what was done is kept, and nothing else is taken for it."""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from napari_shift_unet.errors import InputError
from napari_shift_unet.images import write_array_zarr
from napari_shift_unet.large import segment_large_events, tasks
from napari_shift_unet.large.store import UNFINISHED, Store
from napari_shift_unet.segmentation import SegmentConfig
from seeing_model import write_seeing_model

from .conftest import CROP, content, labels_of, spots, store_in_bands

# Children of a process kill themselves, as -9 does, when they write the n-th mark of a stage or,
# for "move", move the n-th result into its folder; what they did of the unit is on disk already.
VICTIMS = """
import os, signal, sys
from napari_shift_unet.cli import main
from napari_shift_unet.images import arrays
from napari_shift_unet.large import finishing, intensities, preparing, store

preparing.chunk_pixels = lambda memory: 512
arrays.BLOCK_PIXELS = intensities.UNIT_PIXELS = 600
write, move = store.Store.write, finishing.move_onto

def run_until(stage, left):
    def count():
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    def mortal_write(self, name, *rest, **how):
        if name == stage:
            count()
        return write(self, name, *rest, **how)

    def mortal_move(*paths):
        if stage == "move":
            count()
        return move(*paths)

    store.Store.write, finishing.move_onto = mortal_write, mortal_move
    main(sys.argv[2:])

for place in sys.argv[1].split():
    stage, times = place.split(":")
    child = os.fork()
    if not child:
        run_until(stage, int(times))
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL, place
    output = sys.argv[sys.argv.index("--output") + 1]
    assert not os.path.exists(os.path.join(output, "labels.zarr"))
    done = os.path.join(output, ".unfinished", "predicted" if stage != "intensities" else stage)
    print(stage, *sorted(os.stat(e).st_mtime_ns for e in os.scandir(done)))
"""


def test_after_kills_the_same_command_ends_with_the_same_bytes(bench, tmp_path):
    store_in_bands(bench.image)
    command = ["segment", bench.image, "--model", bench.model, "--tile", CROP, "--large"]
    died = subprocess.run(
        [sys.executable, "-c", VICTIMS, "intensities:3 predicted:4 relabelled:2 move:2"]
        + [str(argument) for argument in (*command, "--output", bench.folder)],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert died.returncode == 0, died.stderr
    measured, predicted, relabelled, moved = (line.split() for line in died.stdout.splitlines())
    assert (len(measured), len(predicted), len(relabelled)) == (1 + 2, 1 + 3, 1 + 6)
    assert predicted[1:] == relabelled[1:4]
    assert relabelled[1:] == moved[1:]
    bench.run(stored="float16")
    bench.run(folder=tmp_path / "whole", stored="float16")
    assert content(bench.folder) == content(tmp_path / "whole")


def test_closing_keeps_what_is_done(bench, tmp_path):
    config = SegmentConfig(tile=CROP, device="cpu")

    def begin():
        return segment_large_events(
            bench.image, bench.folder, model=bench.model, config=config, stored="float32"
        )

    events = begin()
    for event in events:
        if getattr(event, "done", 0) == 2:
            break
    events.close()
    told = [event for event in begin() if getattr(event, "stage", "") == tasks.PREDICT]
    assert [(e.unit, e.done, e.total) for e in told] == [
        (None, 2, 6), (2, 3, 6), (3, 4, 6), (4, 5, 6), (5, 6, 6),
    ]  # fmt: skip
    bench.run(folder=tmp_path / "whole")
    assert content(bench.folder) == content(tmp_path / "whole")


@pytest.fixture
def begun(bench):
    """A run of which two chunks are predicted."""
    config = SegmentConfig(tile=CROP, device="cpu")
    events = segment_large_events(
        bench.image, bench.folder, model=bench.model, config=config, stored="float32"
    )
    for event in events:
        if getattr(event, "done", 0) == 2:
            break
    events.close()
    return bench


def test_a_changed_image_is_refused(begun):
    pixels = spots((40, 56))
    pixels[20:24, 20:24] += 1
    write_array_zarr(begun.image, pixels, "yx", dtype="uint8")
    with pytest.raises(InputError, match=r"an unfinished run, and the image has changed \(its fi"):
        begun.run()
    begun.run(resume=False)
    assert (begun.folder / "labels.zarr").exists()


def test_a_changed_model_is_refused(begun, tmp_path):
    other = write_seeing_model(tmp_path / "other.safetensors", embedding=(0.0, 1.0))
    with pytest.raises(InputError, match=r"the model was 'seeing' .* and is 'seeing'"):
        begun.run(model=other)


def test_a_changed_plan_is_refused(begun):
    with pytest.raises(InputError, match=r"the crop of the plan was \[16, 16\] px and is \[8, 8\]"):
        begun.run(config=SegmentConfig(tile=8, device="cpu"))
    with pytest.raises(InputError, match="stored was float32 and is float16"):
        begun.run(stored="float16")


def test_another_clustering_keeps_the_prediction(begun, tmp_path):
    begun.run(bandwidth=3.0, folder=tmp_path / "whole")
    config = SegmentConfig(tile=CROP, device="cpu")
    events = segment_large_events(
        begun.image, begun.folder, model=begun.model, config=config, stored="float32",
        clustering={"bandwidth": 9.0},
    )  # fmt: skip
    for event in events:
        if getattr(event, "stage", "") == tasks.CUT and event.done == 3:
            break
    events.close()
    before = Store(begun.folder).path(tasks.PREDICT, "000000005.npz").stat().st_mtime_ns
    seen = time.time_ns()
    begun.run(bandwidth=3.0)
    assert before < seen
    assert content(begun.folder) == content(tmp_path / "whole")


def test_an_earlier_run_is_replaced_as_a_whole(bench, tmp_path):
    bench.folder.mkdir()
    (bench.folder / "labels.tif").write_bytes(b"of an earlier run")
    bench.run()
    first = labels_of(bench.folder)
    write_array_zarr(bench.image, 255 - spots((40, 56)), "yx", dtype="uint8")
    bench.run()
    assert not np.array_equal(labels_of(bench.folder), first)
    assert not (bench.folder / "labels.tif").exists()
    assert not [path for path in bench.folder.iterdir() if path.name.startswith(".")]


def test_a_damaged_mark_is_told(begun):
    (begun.folder / UNFINISHED / "job.json").write_text("{}")
    with pytest.raises(InputError, match=r"job\.json cannot be read \(image is missing\)"):
        begun.run()
    assert Path(begun.run(resume=False).folder / "run.json").exists()
