"""The ways of `shift-unet repair` that run the network again: everything, or strips."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from cyclopts import Parameter

from ..errors import InputError
from ..networks import model_names
from .foreign import MethodOption, TrustOption, open_model
from .inspected import Inspected
from .options import Device
from .progress import follow_prediction

if TYPE_CHECKING:
    from ..networks import Model
    from ..results import Results
    from ..segmentation import EarlierRun, Renewed

Way = Literal["merge", "predict-again", "strips"]


@Parameter(name="*")
@dataclass(frozen=True)
class NetworkOptions:
    """The network of --way predict-again and --way strips."""

    model: str | None = None
    """The model of the run: a bundled one or a file; that of run.json if left out."""
    device: Device = "auto"
    """Where to compute."""
    trust: TrustOption = False
    """Run the code of another program's network, which then has all your rights."""
    method: MethodOption = None
    """What the channels of such a network mean, as in segment."""
    foreground_channel: int | None = None
    """Which of them, counted from 0, is the logit of the foreground, as in segment."""


NO_NETWORK = NetworkOptions()


def renew(
    found: Inspected, image: Path | None, way: Way, options: NetworkOptions
) -> "tuple[Renewed, Inspected]":
    """Predict a run again, or strips of it; return that and the results as they are now.

    Raises
    ------
    ShiftUNetError
        If image or model are missing, or are not those of the labels.
    """
    from ..images import load, read_image
    from ..networks import load_model
    from ..segmentation import predict_again, predict_strips, run_of_files

    if image is None:
        raise InputError(f"--way {way} predicts parts of the image again. Give it with --image.")
    model = load_model(_model_of(found.results, way, options))
    facts = found.results.facts if found.results else None
    labels = load(found.labels.data)
    run = run_of_files(read_image(image), model, labels, facts, options.device)
    if run.selection.axes != found.labels.axes:
        raise InputError(
            f"the labels have the axes {found.labels.axes} and the image would give them "
            f"{run.selection.axes}. Give the image that was segmented."
        )
    predict = predict_again if way == "predict-again" else predict_strips
    renewed = follow_prediction(predict(run, found.audit))
    fixed = replace(found.labels, data=renewed.repair.labels, levels=())
    return renewed, replace(found, labels=fixed, results=_results(found, run, renewed))


def _model_of(results: "Results | None", way: Way, options: NetworkOptions) -> "str | Model":
    """Return the model that was given, or the bundled one that the run names."""
    if options.model is not None:
        return open_model(
            options.model,
            trust=options.trust,
            method=options.method,
            foreground_channel=options.foreground_channel,
        )
    name = results.facts.get("model", {}).get("name") if results else None
    if name is None:
        raise InputError(f"--way {way} needs the model that made the labels. Give it with --model.")
    if name not in model_names():
        raise InputError(
            f"run.json names the model '{name}', which does not come with this package. "
            "Give its file with --model."
        )
    return str(name)


def _results(found: Inspected, run: "EarlierRun", renewed: "Renewed") -> "Results":
    """Return facts and embedding as they are after the repair."""
    from ..images import load
    from ..results import Results
    from ..segmentation import run_facts

    before = found.results or Results(found.labels, None, {})
    embedded, embedding = renewed.embedded, before.embedding
    if embedded is None:
        return before
    facts: dict[str, Any] = before.facts
    if renewed.way == "predict-again":
        clustered = renewed.seconds - embedded.prediction.seconds
        facts = run_facts(embedded, run.clustering, renewed.repair.after.objects, clustered)
    if embedding is not None:
        old = load(embedding.data)
        new = np.where(renewed.where, embedded.embedding, old)
        embedding = replace(embedding, data=new, levels=())
    return replace(before, facts=facts, embedding=embedding)


def check_options(way: Way, options: NetworkOptions, threshold: float | None) -> None:
    """Refuse what has no effect.

    Raises
    ------
    InputError
        If an option of another way was given.
    """
    given = [name for name, value in vars(options).items() if value != getattr(NO_NETWORK, name)]
    if way == "merge" and given:
        names = " and ".join(f"--{name.replace('_', '-')}" for name in given)
        raise InputError(
            f"{names} has no effect on a merge, which needs no network. Leave it out, or use --way "
            "predict-again or --way strips."
        )
    if way != "merge" and threshold is not None:
        raise InputError("--threshold is for --way merge only. Leave it out.")
