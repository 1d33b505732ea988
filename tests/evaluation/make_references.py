"""Score the bundled masks with StarDist: what `test_references.py` compares with.

In an environment of its own with `pip install stardist==0.9.2` (no TensorFlow is needed):

    python tests/evaluation/make_references.py

writes `references.json` beside this file. Splits and merges are counted on StarDist's overlaps as
Caicedo et al. 2019 do: intersection over union above 0.1. Panoptic quality is that of StarDist's
matches, in double precision; StarDist itself rounds overlaps to single.
"""

import json
import sys
from pathlib import Path

import numpy as np
import tifffile

HERE = Path(__file__).parent
SAMPLES = HERE.parents[1] / "src" / "napari_shift_unet" / "images" / "sample_data"
THRESHOLDS = [round(0.5 + 0.05 * step, 2) for step in range(10)]

sys.path.insert(0, str(HERE.parent))


def main() -> None:
    """Write the file."""
    import stardist
    from stardist.matching import intersection_over_union, label_overlap, matching
    from stardist.matching import relabel_sequential as renumber

    from spoiled_masks import spoiled

    cases = []
    for name in ("u2os-nuclei", "nuclei-small"):
        truth = tifffile.imread(SAMPLES / f"{name}-truth.tif").astype(np.int32)
        for how, labels in spoiled(truth):
            true, found = renumber(truth)[0], renumber(labels)[0]
            stats = matching(true, found, thresh=THRESHOLDS)
            together = intersection_over_union(label_overlap(true, found))[1:, 1:] > 0.1
            cases.append(
                {
                    "sample": name,
                    "labels": how,
                    "tp": [int(s.tp) for s in stats],
                    "fp": [int(s.fp) for s in stats],
                    "fn": [int(s.fn) for s in stats],
                    "accuracy": [float(s.accuracy) for s in stats],
                    "f1": [float(s.f1) for s in stats],
                    "panoptic_quality": panoptic_quality(true, found),
                    "splits": int((together.sum(axis=1) > 1).sum()),
                    "merges": int((together.sum(axis=0) > 1).sum()),
                }
            )
    facts = {"made by": f"stardist {stardist.__version__}", "cases": cases}
    (HERE / "references.json").write_text(json.dumps(facts, indent=1) + "\n")


def panoptic_quality(true: np.ndarray, found: np.ndarray) -> float:
    """Return it in double precision."""
    from stardist.matching import label_overlap, matching

    stats = matching(true, found, thresh=0.5, report_matches=True)
    shared = label_overlap(true, found).astype(np.int64)
    total = 0.0
    for place in stats.matched_tps:
        a, b = stats.matched_pairs[place]
        total += shared[a, b] / (shared[a].sum() + shared[:, b].sum() - shared[a, b])
    quality = total / (stats.tp + stats.fp / 2 + stats.fn / 2)
    assert abs(quality - stats.panoptic_quality) < 1e-6
    return float(quality)


if __name__ == "__main__":
    main()
