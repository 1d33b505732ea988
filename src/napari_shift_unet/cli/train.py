"""`shift-unet train`: from a folder of images and masks to a model file."""

from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

from cyclopts import Parameter

from ..errors import InputError, OutputError
from .console import result_json
from .options import Device, TileOption, numbers
from .progress import follow_calibration, follow_training


def train(
    data: Path,
    /,
    *,
    output: Annotated[Path, Parameter(metavar="M.safetensors")],
    method: Annotated[str | None, Parameter(metavar="METHOD")] = None,
    recipe: Annotated[Path | None, Parameter(metavar="FILE.toml|FILE.json")] = None,
    steps: int | None = None,
    window: TileOption = None,
    batch: int | None = None,
    learning_rate: float | None = None,
    validate_every: int | None = None,
    seed: int | None = None,
    name: str | None = None,
    device: Device = "auto",
) -> None:
    """Train a model; the same command goes on with a training that was stopped.

    At the end the clustering is chosen on the validation images, the test images of split.json are
    scored, and a JSON summary is printed.

    Parameters
    ----------
    data
        Folder with images/, masks/ of the same names, and optionally split.json.
    output
        Model file to write: the state of the best validation score.
    method
        What the embedding means: semi-convolutional (if neither this nor the recipe says it) or
        discriminative.
    recipe
        Settings of the training; other options come before it.
    steps
        Updates of the weights.
    window
        Output window in px, larger than the period of the network.
    batch
        Windows per step.
    learning_rate
        Highest rate of Adam.
    validate_every
        Steps between two validations.
    seed
        Start of all random numbers.
    name
        Name of the model; that of the recipe, or of the file, if left out.
    device
        Where to compute.
    """
    from ..training import calibrate, read_folder, read_recipe, split_names
    from ..training import train as train_events

    _check_output(output)
    given: dict[str, Any] = {
        "method": method,
        "steps": steps,
        "window": numbers("window", window),
        "batch": batch,
        "learning_rate": learning_rate,
        "validate_every": validate_every,
        "seed": seed,
        "name": name,
    }
    overrides = {key: value for key, value in given.items() if value is not None}
    config = read_recipe(recipe, default_name=output.stem, **overrides)
    samples, validation = (
        read_folder(data, split, config.percentiles, config.spec.ndim) for split in ("train", "val")
    )
    began = perf_counter()
    progress = follow_training(
        train_events(samples, validation, config, output, device=device), config.steps
    )
    test = []
    if split_names(data, "test"):
        test = read_folder(data, "test", config.percentiles, config.spec.ndim)
    card = follow_calibration(calibrate(output, validation, test))
    result_json(
        {
            "model": str(output),
            "name": config.name,
            "method": config.method,
            "images": {"train": len(samples), "val": len(validation), "test": len(test)},
            "steps": progress.step,
            "best_step": progress.best_step,
            "validation_ap": round(progress.best_score, 4),
            "clustering": card.clustering,
            "scores": card.scores,
            "seconds": round(perf_counter() - began, 1),
        }
    )


def _check_output(path: Path) -> None:
    if path.suffix != ".safetensors":
        raise InputError(f"--output is {path}; a model file ends in .safetensors.")
    if not path.absolute().parent.is_dir():
        raise OutputError(f"there is no folder {path.parent} for {path.name}. Create it.")
