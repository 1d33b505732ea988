"""Everything that decides a training run; one object is one recipe."""

from dataclasses import replace
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ..errors import InputError
from ..geometry import Footprint, UNetSpec
from ..networks.config import Method, check_offsets
from ..settings import Settings

Range = tuple[float, float]


class Augmentation(Settings):
    """How a training window is drawn from an image; ranges are drawn from uniformly."""

    scale: Range = (0.6, 1.7)
    """Magnification, drawn on a logarithmic scale."""
    rotate: bool = True
    """Any angle in the plane; otherwise right angles only."""
    elastic_px: float = 2.0
    """Standard deviation of the elastic displacement at its control points."""
    elastic_spacing_px: int = 48
    """Distance of the control points."""
    gamma: Range = (0.6, 1.5)
    """Exponent of the intensities."""
    gain: Range = (0.6, 1.4)
    """Factor of the intensities."""
    offset: Range = (-0.1, 0.1)
    """Added to the intensities."""
    noise: float = 0.06
    """Largest standard deviation of additive Gaussian noise."""
    blur_px: float = 1.0
    """Largest standard deviation of a Gaussian blur; applied to every third window."""


class TrainConfig(Settings):
    """Recipe of a training run."""

    name: str = "model"
    """Name of the model that comes out."""
    method: Method = "semi-convolutional"
    """What the embedding channels mean."""
    spec: UNetSpec = UNetSpec()
    """The network."""
    start_from: str | None = None
    """Model file whose weights the training begins with; `None` begins with random ones."""
    window: Annotated[int, Field(ge=1)] | tuple[int, ...] = 148
    """Output window in px, for all axes or each."""
    context: Annotated[int, Field(ge=0)] | tuple[int, ...] | None = None
    """Pixels read around the window on each side, for all axes or each; `None` reads all that the
    network sees. With less, its convolutions are padded with zeros while it trains: the same
    weights for a part of the computing, with false surroundings near the edge of the window."""
    batch: Annotated[int, Field(ge=1)] = 4
    """Windows per step."""
    steps: Annotated[int, Field(ge=1)] = 4000
    """Updates of the weights."""
    schedule_steps: Annotated[int, Field(ge=1)] | None = None
    """Steps after which the rate would be zero; `None` takes `steps`."""
    learning_rate: Annotated[float, Field(gt=0)] = 2e-3
    """Peak rate of Adam; it rises over the first steps and falls to zero along a cosine."""
    warmup: Annotated[int, Field(ge=0)] = 100
    """Steps over which the rate rises."""
    foreground_weight: float = 10.0
    """Weight of the foreground loss against the embedding loss."""
    loss: dict[str, float | bool | None] = Field(default_factory=dict)
    """Settings of the method's loss, see `training.losses`."""
    augmentation: Augmentation = Augmentation()
    """How windows are drawn."""
    percentiles: tuple[float, float] = (1.0, 99.8)
    """Intensities of a whole image that become 0 and 1."""
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """Arithmetic of the convolutions; the losses are always in single precision."""
    validate_every: Annotated[int, Field(ge=1)] = 500
    """Steps between two validations and checkpoints."""
    checkpoint_minutes: Annotated[float, Field(ge=0)] = 2.0
    """Minutes between two saved states, beside those at validations; a kill costs no more."""
    patience: Annotated[int, Field(ge=1)] | None = None
    """Stop after this many validations without a better score; `None` runs all steps."""
    seed: int = 0
    """Start of all random numbers."""
    allow_small_window: bool = False
    """Permit a window not larger than the period, for experiments that show what it causes."""
    clustering: dict[str, float | int | bool | str] = Field(default_factory=dict)
    """Settings of `embeddings.ClusterConfig` for validation; they travel with the model."""
    data: str = ""
    """What it is trained on, for the model card."""
    licence: str = ""
    """Licence of the weights, for the model card."""

    @property
    def window_px(self) -> tuple[int, ...]:
        """Output window per axis in px."""
        return _per_axis(self.window, self.spec.ndim)

    @property
    def training_spec(self) -> UNetSpec:
        """The network as it is trained: with the same weights, padded if it reads less context."""
        if self.context is None:
            return self.spec
        return self.spec.model_copy(update={"padding": "same"})

    @property
    def footprint(self) -> Footprint:
        """What the network reads and returns while it trains."""
        if self.context is None:
            return self.spec.footprint
        context, period = _per_axis(self.context, self.spec.ndim), self.spec.period
        pairs = zip(context, period, strict=True)
        smallest = tuple(-2 * c % t or t for c, t in pairs)
        return replace(
            self.spec.footprint, context=context, window_base=smallest, window_step=period
        )

    @property
    def cautions(self) -> tuple[str, ...]:
        """What zeros around the input may spoil ([R], section 3.2), if they do."""
        padded = self.training_spec.padding == "same"
        needed = self.training_spec.footprint.required_context
        reached = padded and any(c < n for c, n in zip(self.footprint.context, needed, strict=True))
        if not padded or not (self.batch == 1 or (reached and self.spec.padding == "same")):
            return ()
        why = (
            f"the convolutions are padded and batch is {self.batch}: from zeros within its reach a "
            "network learns where in its window a pixel lies, and pixels on two sides of a tile "
            "border never meet in one loss, which makes seams ([R], section 3.2)."
        )
        if not reached:
            kept = list(self.footprint.context)
            do = f"Here {kept} px that are read and cropped off keep the zeros out of reach; always"
            return (f"{why} {do} read them when the model is used, or set padding to valid.",)
        if self.spec.padding == "same":
            return (f"{why} Read at least {list(needed)} px of context, or set padding to valid.",)
        do = "Leave context out, for without zeros, as the model is used, it may tell less apart."
        return (f"{why} {do}",)

    @model_validator(mode="after")
    def _can_be_trained(self) -> Self:
        check_offsets(self.method, self.spec)
        for name, sizes in [("window", self.window), ("context", self.context)]:
            if isinstance(sizes, tuple) and len(sizes) != self.spec.ndim:
                raise InputError(
                    f"training {name} has {len(sizes)} axes; the network has {self.spec.ndim}."
                )
        footprint = self.footprint
        if not footprint.is_window(self.window_px):
            nearest = list(footprint.window_at_least(self.window_px))
            raise InputError(
                f"training window is {list(self.window_px)} px, which this network cannot return. "
                f"Use {nearest} px."
            )
        pairs = zip(self.window_px, self.spec.period, strict=True)
        if not self.allow_small_window and any(w <= t for w, t in pairs):
            larger = list(footprint.window_at_least(tuple(t + 1 for t in self.spec.period)))
            raise InputError(
                f"training window is {list(self.window_px)} px, not larger than the period of "
                f"{list(self.spec.period)} px: some neighbouring phases would never meet in the "
                f"loss, and stitching would show seams. Use at least {larger} px, or set "
                "allow_small_window to see that happen."
            )
        return self


def _per_axis(size: int | tuple[int, ...], ndim: int) -> tuple[int, ...]:
    return (size,) * ndim if isinstance(size, int) else size
