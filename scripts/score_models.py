"""Score bundled models on the raw images of a test split, as a user would segment them.

scripts/score_models.py DATA MODEL [MODEL ...]
DATA holds images/, masks/ and split.json. Prints the mean AP 0.5 of each model.
"""

import sys
from pathlib import Path

import numpy as np

from napari_shift_unet import segment
from napari_shift_unet.evaluation import average_precision
from napari_shift_unet.images import read_image
from napari_shift_unet.training import split_names


def main(data: Path, models: list[str]) -> None:
    """Print one line per model."""
    for model in models:
        scores = []
        for name in split_names(data, "test"):
            truth = np.asarray(read_image(data / "masks" / name).data)
            found = segment(data / "images" / name, model=model)
            scores.append(average_precision(found.labels, truth.astype(np.int64)))
        print(f"{model}: AP 0.5 is {np.mean(scores):.4f}, mean over {len(scores)} images")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), sys.argv[2:])
