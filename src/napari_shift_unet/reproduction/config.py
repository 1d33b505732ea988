"""What a figure shows: its scenes, its trainings, how the result is stitched, what it claims."""

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ..embeddings import ClusterConfig
from ..errors import InputError
from ..geometry import Footprint
from ..settings import Settings
from ..training import TrainConfig

Px = Annotated[int, Field(ge=1)]
NotNegative = Annotated[float, Field(ge=0)]


class Scene(Settings):
    """A synthetic image of any size, in two dimensions."""

    kind: Literal["discs", "constant"] = "discs"
    """Identical discs on a regular grid, or ones where each pixel is an instance of its own."""
    radius_px: NotNegative = 5.0
    """Radius of the discs."""
    spacing_px: Px = 15
    """Distance of neighbouring centres along each axis."""
    noise: NotNegative = 0.0
    """Standard deviation of additive Gaussian noise; the discs have intensity 1."""
    elastic_px: NotNegative = 0.0
    """Standard deviation of the elastic displacement at its control points."""
    elastic_spacing_px: Px = 20
    """Distance of the control points."""


class Lesson(Settings):
    """One training from scratch."""

    scene: Scene
    """What is learnt from; a part of it at a random place is drawn at every step."""
    recipe: TrainConfig
    """Network, loss and length of the training."""
    seen_px: Px
    """Part of the output window, per axis, that the loss sees: its training window."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.seen_px > min(self.recipe.window_px):
            raise InputError(
                f"seen_px is {self.seen_px} px; the network returns {self.recipe.window_px} px"
            )
        return self

    @property
    def footprint(self) -> Footprint:
        """What the network reads and returns, in training and when it is used."""
        return self.recipe.footprint


class Claim(Settings):
    """One thing that a figure says of a row, as a range of one measure."""

    measure: str
    """Field of `Measures`."""
    least: int | float | None = None
    """Smallest value with which it holds."""
    most: int | float | None = None
    """Largest value with which it holds."""

    @property
    def text(self) -> str:
        """The claim in words: `told apart: 64`, `splits at borders: at least 1`."""
        if self.least == self.most:
            wanted = f"{self.least:g}"
        elif self.least is None:
            wanted = f"at most {self.most:g}"
        elif self.most is None:
            wanted = f"at least {self.least:g}"
        else:
            wanted = f"{self.least:g} to {self.most:g}"
        return f"{self.measure.replace('_', ' ')}: {wanted}"

    def holds(self, value: float) -> bool:
        """Whether a measured value is in the range."""
        least_is_met = self.least is None or value >= self.least
        return least_is_met and (self.most is None or value <= self.most)


def exactly(measure: str, value: int) -> Claim:
    """Return the claim that a measure has one value."""
    return Claim(measure=measure, least=value, most=value)


class Row(Settings):
    """One line of panels: a trained network, applied to a scene in one way."""

    title: str
    """What differs from the other rows."""
    lesson: Lesson
    """Rows of equal lessons share one trained network."""
    view_px: Px
    """Edge of the square that is shown and measured."""
    tile_px: Px
    """Output window of a tile."""
    crop_px: Px
    """What is kept of it."""
    clustering: ClusterConfig
    """How pixels are grouped."""
    known_foreground: bool = False
    """Whether only the pixels of true instances are grouped, as in the test of [Nov]."""
    claims: tuple[Claim, ...] = ()
    """What the figure says of this row."""


class Figure(Settings):
    """A figure of a paper, at one size."""

    name: str
    claim: str
    """What it shows, in one sentence."""
    rows: Annotated[tuple[Row, ...], Field(min_length=1)]

    @property
    def lessons(self) -> Sequence[Lesson]:
        """The trainings that it needs, each once, in order."""
        found: list[Lesson] = []
        for row in self.rows:
            if row.lesson not in found:
                found.append(row.lesson)
        return found

    @property
    def steps(self) -> int:
        """Steps of all of them."""
        return sum(lesson.recipe.steps for lesson in self.lessons)
