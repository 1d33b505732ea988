"""Folders of results and tables of sweeps that somebody has edited."""

import numpy as np
import pandas as pd
from hypothesis import given

from fuzzing import damaged, folder, fuzzed, json_files, own_errors_only
from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.images import Image
from napari_shift_unet.networks import Model, ModelConfig, UNet
from napari_shift_unet.results import Results, read_results, write_parts
from napari_shift_unet.segmentation import run_of_files
from napari_shift_unet.sweep.table import COLUMNS, TABLE, read_table

SPEC = UNetSpec(width=1, growth=1, factors=(2,), convs=1)
CONFIG = ModelConfig(name="tiny", method="semi-convolutional", spec=SPEC)
MODEL = Model(CONFIG, UNet(SPEC).eval(), SPEC.footprint, "")
PIXELS = Image(np.arange(108.0).reshape(9, 12), "yx")
LABELS = np.arange(108, dtype=np.int32).reshape(9, 12) // 30
OBJECTS = pd.DataFrame({"index": [1, 2, 3], "area_px": [30, 30, 18]})
FACTS = {
    "tile": [8, 8],
    "crop": [8, 8],
    "period": [2, 2],
    "model": {"name": "tiny"},
    "model_hash": "",
    "clustering": {"method": "mean-shift", "bandwidth": 1.5, "min_size": 4},
    "image": {"name": "cells", "channels": [0]},
    "precision": "float32",
}
ROW = ",".join(("8", "cells", "3", "3", "0", "0", "0", "0", "1.0"))
SWEEP = f"{','.join(COLUMNS)}\n{ROW}\n".encode()


@fuzzed
@given(json_files([FACTS]), damaged([b"index,area_px\n1,30\n2,30\n"]))
def test_edited_results(facts, table):
    with folder() as place:
        write_parts(place, Results(Image(LABELS, "yx"), OBJECTS, FACTS))
        (place / "run.json").write_bytes(facts)
        (place / "objects.csv").write_bytes(table)
        with own_errors_only():
            found = read_results(place)
            with own_errors_only():
                assert found.tiles is None or len(found.tiles) <= 2
            run = run_of_files(PIXELS, MODEL, LABELS, found.facts)
            if run.plan is not None:
                run.plan_without_seams()


@fuzzed
@given(damaged([SWEEP, SWEEP * 2]))
def test_edited_sweeps(content):
    with folder() as place, own_errors_only():
        (place / TABLE).write_bytes(content)
        read_table(place)
