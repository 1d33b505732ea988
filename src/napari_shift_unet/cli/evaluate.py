"""`shift-unet evaluate`: labels against the truth."""

from pathlib import Path

from .console import columns, result, result_json
from .options import JsonOption


def evaluate(pred: Path, truth: Path, /, *, as_json: JsonOption = False) -> None:
    """Score labels against the truth: AP = TP / (TP + FP + FN), mean over images.

    Parameters
    ----------
    pred
        Label image, folder of them, or folder of results.
    truth
        Label image, or folder of label images of the same names.
    as_json
        Print JSON.
    """
    from ..evaluation import evaluate_files

    scores = evaluate_files(pred, truth)
    if as_json:
        result_json({"images": scores.images, "ap": scores.ap})
    else:
        result(f"mean over {scores.images} images")
        result(columns(("AP " + threshold, f"{ap:.3f}") for threshold, ap in scores.ap.items()))
