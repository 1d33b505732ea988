"""A run whose labels are to be repaired: in memory, or read back from its files."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Integer, Shaped

from ..embeddings import ClusterConfig, clustering_of
from ..errors import InputError
from ..geometry import TilePlan, mended_plan, plan_tiles, tiles_on_lattice
from ..images import Image, Normalisation, Selection, check_pixels, measure_channels
from ..networks import Model
from ..prediction import Precision, Prediction, PredictionEvent, predict
from ..prediction.predict import Needed
from ..seams import Audit, Repair, report_repair
from .embedded import EmbeddedImage
from .inputs import SegmentConfig, first_channel, plan_image, select_for


@dataclass(frozen=True)
class EarlierRun:
    """What a repair with the model needs of a run."""

    labels: Shaped[np.ndarray, "*axes"]
    """Axes as `selection.axes`; may have been edited since, or be another program's."""
    selection: Selection
    model: Model
    clustering: ClusterConfig
    plan: TilePlan | None
    """`None` where the tiles are not known."""
    normalisations: tuple[Normalisation, ...]
    embedded: EmbeddedImage | None = None
    """Its prediction, if it is at hand."""
    device: str = "auto"
    precision: Precision = "float32"

    def __post_init__(self) -> None:
        if self.labels.shape != self.selection.shape:
            raise InputError(
                f"the labels are {self.labels.shape} px and the image '{self.selection.image.name}'"
                f" {self.selection.shape} px. Give the image that was segmented."
            )
        if self.labels.dtype.kind not in "iu":
            raise InputError(
                f"the labels are {self.labels.dtype}; whole numbers are needed. "
                "Give instance labels."
            )

    def plan_without_seams(self) -> TilePlan:
        """Return the nearest plan without seams, or the automatic one if the tiles are unknown.

        Raises
        ------
        InputError
            If no tiling of the network is free of seams.
        """
        shape = self.selection.shape[-self.model.footprint.ndim :]
        return mended_plan(self.plan or plan_tiles(shape, self.model.footprint))

    @property
    def held(self) -> Bool[np.ndarray, "*space"]:
        """Pixels of every plane at which its prediction has the values of one pass."""
        held = np.zeros(self.selection.shape[-self.model.footprint.ndim :], bool)
        if self.embedded is not None:
            for box in tiles_on_lattice(self.embedded.prediction.plan):
                held[box] = True
        return held

    def predict(
        self, plan: TilePlan, needed: Needed | None
    ) -> Generator[PredictionEvent, None, Prediction]:
        """Predict its image again by another plan, or what is needed of it; see `predict`."""
        return predict(
            self.selection,
            self.model,
            plan,
            self.normalisations,
            device=self.device,
            precision=self.precision,
            needed=needed,
        )

    def report(self, labels: Integer[np.ndarray, "*axes"], audited: Audit | None) -> Repair:
        """Compare new labels with those of the run; see `seams.report_repair`."""
        return report_repair(self.labels, labels, audited, first_channel(self.selection))


def run_at_hand(
    embedded: EmbeddedImage,
    labels: Integer[np.ndarray, "*axes"],
    clustering: ClusterConfig | None = None,
) -> EarlierRun:
    """Return the run of a prediction that is in memory, and of labels that were made of it."""
    prediction = embedded.prediction
    return EarlierRun(
        labels=labels,
        selection=embedded.selection,
        model=embedded.model,
        clustering=clustering or embedded.default_clustering,
        plan=prediction.plan,
        normalisations=embedded.normalisations,
        embedded=embedded,
        device=prediction.device,
        precision=prediction.precision,
    )


def run_of_files(
    image: Image,
    model: Model,
    labels: Integer[np.ndarray, "*axes"],
    facts: Mapping[str, Any] | None = None,
    device: str = "auto",
) -> EarlierRun:
    """Return the run that a run.json describes, or one of unknown tiles if there is none.

    Parameters
    ----------
    image
        The image that was segmented.
    model
        The model that segmented it; without `facts` the one that is to predict parts anew.
    labels
        Axes t, z, y, x, as far as the image has them, in the order of the image.
    facts
        The content of run.json.
    device
        Where to compute.

    Raises
    ------
    InputError
        If the facts are no segmentation's, or of another image or model.
    """
    facts = facts or {}
    if "prompts" in facts:
        raise InputError(
            "the labels were made of boxes and clicks; predict them again with the same prompts "
            "and a crop without seams, or merge them."
        )
    _check_model(model, facts)
    of_image = facts.get("image", {})
    selection = select_for(image, model, of_image.get("channels"))
    for position in range(len(selection.channels)):
        check_pixels(selection.channel(position), image.name)
    plan = None
    if "tile" in facts and "crop" in facts:
        config = SegmentConfig(tile=tuple(facts["tile"]), crop=tuple(facts["crop"]))
        plan = plan_image(selection, model, config)
    return EarlierRun(
        labels=labels,
        selection=selection,
        model=model,
        clustering=clustering_of(model.config, **facts.get("clustering", {})),
        plan=plan,
        normalisations=measure_channels(selection, *model.config.percentiles),
        device=device,
        precision=facts.get("precision", "float32"),
    )


def _check_model(model: Model, facts: Mapping[str, Any]) -> None:
    """Refuse a model that is not that of the run, as far as both are known."""
    wanted = facts.get("model_hash", "")
    if wanted and model.hash and wanted != model.hash:
        name = facts.get("model", {}).get("name", "")
        raise InputError(
            f"the model '{model.config.name}' (SHA-256 {model.hash[:8]}) is not the one of the "
            f"run, '{name}' (SHA-256 {wanted[:8]}). Give the file of that one."
        )
