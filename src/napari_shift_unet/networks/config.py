"""All that a model file says of itself: the network, what its channels mean, where it came from."""

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from ..errors import InputError, ModelError
from ..geometry import MeasuredSpec, UNetSpec
from ..settings import Settings

Method = Literal["discriminative", "spatial-embedding", "semi-convolutional"]


class ModelConfig(Settings):
    """Header of a model file."""

    name: str
    """Name by which the model is chosen."""
    method: Method
    """What the embedding channels mean, see `embeddings.methods`."""
    spec: UNetSpec | MeasuredSpec
    """The network; a model file always describes a U-Net."""
    percentiles: tuple[float, float] = (1.0, 99.8)
    """Intensities of the whole image that become 0 and 1 before the network."""
    clustering: dict[str, Any] = Field(default_factory=dict)
    """Settings of `embeddings.ClusterConfig` that were best on the validation split."""
    training_window: tuple[int, ...] = ()
    """Output window in px during training; larger than the period on every axis ([R], sec. 4)."""
    data: str = ""
    """What it was trained on."""
    licence: str = ""
    """Licence of the weights."""
    scores: dict[str, float] = Field(default_factory=dict)
    """Results on the test split."""
    recipe: dict[str, Any] = Field(default_factory=dict)
    """Settings of the training that made the weights."""

    @property
    def unet(self) -> UNetSpec:
        """Return the specification as that of a U-Net.

        Raises
        ------
        ModelError
            If the network is another program's, of which only the behaviour is known.
        """
        if isinstance(self.spec, UNetSpec):
            return self.spec
        raise ModelError(f"the network of '{self.name}' is no U-Net of this plugin. Use another.")

    @model_validator(mode="after")
    def _has_offsets(self) -> Self:
        check_offsets(self.method, self.spec)
        return self


def check_offsets(method: Method, spec: UNetSpec | MeasuredSpec) -> None:
    """Refuse a network whose embedding has no room for what the method wants of it.

    Of `spec.embedding_dims` channels, the discriminative method takes all as they are, the
    semi-convolutional one the first `ndim` as displacements in px, and the spatial embedding
    `ndim` displacements, then log-sigma for all axes or each. A foreground logit, which is the
    seed map of the spatial embedding, comes after them.

    Raises
    ------
    InputError
        If the number of channels does not fit.
    """
    dims, axes = spec.embedding_dims, spec.ndim
    if method == "spatial-embedding" and dims not in (axes + 1, 2 * axes):
        raise InputError(
            f"spec.embedding_dims is {dims}; the method {method} needs {axes + 1} (one offset per "
            f"axis and one sigma) or {2 * axes} (one offset and one sigma per axis)."
        )
    if method == "semi-convolutional" and dims < axes:
        raise InputError(
            f"spec.embedding_dims is {dims}; the method {method} "
            f"needs at least {axes}, one offset per axis."
        )
