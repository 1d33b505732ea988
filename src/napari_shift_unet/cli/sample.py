"""`shift-unet sample`: a real image to try the other commands on."""

from pathlib import Path
from typing import Annotated

import numpy as np
from cyclopts import Parameter

from ..errors import OutputError
from .console import result

CUT_TILE_PX = 148
"""Distance of the seams of the labels that are cut; no multiple of the period of most U-Nets."""
IMAGE, TRUTH, CUT = "nuclei.tif", "truth.tif", "cut.tif"


def sample(*, output: Annotated[Path, Parameter(metavar="DIR")] = Path()) -> None:
    """Write a real image of nuclei, its true labels, and these cut as tiles of 148 px cut them.

    Parameters
    ----------
    output
        Folder of nuclei.tif, truth.tif and cut.tif; the current one if left out.
    """
    import tifffile

    from ..images import sample_image, write_labels_tiff, writing
    from ..seams import AxisTiling, cut_labels

    for name in (IMAGE, TRUTH, CUT):
        if (output / name).exists():
            raise OutputError(f"{output / name} is there already. Choose a folder: --output DIR.")
    image, truth = sample_image()
    output.mkdir(parents=True, exist_ok=True)
    with writing(output / IMAGE) as temporary:
        tifffile.imwrite(temporary, np.asarray(image.data), compression="zlib")
    if truth is not None:
        tiling = AxisTiling(CUT_TILE_PX)
        write_labels_tiff(output / TRUTH, truth)
        write_labels_tiff(output / CUT, cut_labels(truth, (tiling, tiling)))
    for name in (IMAGE, TRUTH, CUT):
        result(str(output / name))
