"""`shift-unet train`: from a folder of images and masks to a model file."""

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from ..errors import InputError, OutputError
from .console import note, result_json
from .options import Device, TileOption, numbers
from .progress import follow_calibration, follow_training

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..training import Sample, TrainConfig
    from ..training.folder import Split


def train(
    data: Path,
    /,
    *,
    output: Annotated[Path, Parameter(metavar="M.safetensors")],
    method: Annotated[str | None, Parameter(metavar="METHOD")] = None,
    recipe: Annotated[Path | None, Parameter(metavar="FILE.toml|FILE.json")] = None,
    start_from: Annotated[str | None, Parameter(metavar="NAME|FILE")] = None,
    steps: int | None = None,
    minutes: float | None = None,
    window: TileOption = None,
    batch: int | None = None,
    learning_rate: float | None = None,
    validate_every: int | None = None,
    patience: int | None = None,
    seed: int | None = None,
    name: str | None = None,
    device: Device = "auto",
    allow_small_window: Annotated[bool, Parameter(negative=())] = False,
) -> None:
    """Train a model; the same command goes on with a training that was stopped or killed.

    The best model by the validation images is written, and beside it the last one. At the end the
    clustering is chosen on the validation images, the test images of split.json are scored, and a
    JSON summary is printed.

    Parameters
    ----------
    data
        Folder with images/, masks/ of the same names, and optionally annotated/ and split.json.
    output
        Model file to write, of the best validation score; the last model is M.last.safetensors.
    method
        What the embedding means: semi-convolutional (if neither this nor the recipe says it),
        spatial-embedding or discriminative.
    recipe
        Settings of the training; other options come before it. Without one, distances that the
        loss and the clustering need follow from the size of the objects.
    start_from
        Bundled model or model file whose weights the training begins with; also with its network
        unless the recipe has one.
    steps
        Updates of the weights.
    minutes
        Time for all steps and validations, in place of steps; the pace is measured first.
    window
        Output window in px, larger than the period of the network.
    batch
        Windows per step.
    learning_rate
        Highest rate of Adam.
    validate_every
        Steps between two validations.
    patience
        Stop after this many validations without a better score.
    seed
        Start of all random numbers.
    name
        Name of the model; that of the recipe, or of the file, if left out.
    device
        Where to compute.
    allow_small_window
        Permit a window not larger than the period, to see what it causes.
    """
    from ..training import finish, first_guess, last_path, read_folder, read_recipe, split_names
    from ..training import train as train_events

    _check_output(output)
    if minutes is not None and (steps is not None or not minutes > 0):
        raise InputError("--minutes must be above 0, and stands in place of --steps.")
    given: dict[str, Any] = {
        "method": method,
        "start_from": start_from,
        "steps": steps,
        "window": numbers("window", window),
        "batch": batch,
        "learning_rate": learning_rate,
        "validate_every": validate_every,
        "patience": patience,
        "seed": seed,
        "name": name,
        "allow_small_window": allow_small_window or None,
    }
    overrides = {key: value for key, value in given.items() if value is not None}
    config = read_recipe(recipe, default_name=output.stem, **overrides)
    splits: list[Split] = ["train", "val"]
    if split_names(data, "test"):
        splits.append("test")
    read = {name: read_folder(data, name, config.percentiles, config.spec.ndim) for name in splits}
    samples, validation, test = read["train"], read["val"], read.get("test", [])
    if recipe is None:
        config = first_guess(config, samples)
    if minutes is not None:
        config = _as_long_as(minutes, config, samples, validation, output, device)
    began = perf_counter()
    progress = follow_training(
        train_events(samples, validation, config, output, device=device), config.steps
    )
    card = follow_calibration(finish(output, validation, test))
    result_json(
        {
            "model": str(output),
            "last_model": str(last_path(output)),
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


def _as_long_as(
    minutes: float,
    config: "TrainConfig",
    samples: "Sequence[Sample]",
    validation: "Sequence[Sample]",
    output: Path,
    device: str,
) -> "TrainConfig":
    """Return a recipe for so many minutes; what was stopped keeps the length that it had."""
    from ..prediction import drain
    from ..training import fit_to, measure_pace, read_unfinished, state_path, with_length_of

    state = state_path(output)
    if state.exists():
        return with_length_of(config, read_unfinished(state)[0])
    seconds = 60 * minutes
    pace = drain(measure_pace(samples, validation, config, seconds, device))
    config = fit_to(config, seconds, pace)
    note(f"{config.steps} steps of {pace.step_s:.2g} s will take about {minutes:g} minutes")
    return config


def _check_output(path: Path) -> None:
    if path.suffix != ".safetensors":
        raise InputError(f"--output is {path}; a model file ends in .safetensors.")
    if not path.absolute().parent.is_dir():
        raise OutputError(f"there is no folder {path.parent} for {path.name}. Create it.")
