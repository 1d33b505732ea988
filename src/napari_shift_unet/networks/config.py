"""All that a model file says of itself: the network, what its channels mean, where it came from."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ..geometry import UNetSpec

Method = Literal["discriminative", "spatial-embedding", "semi-convolutional"]


class ModelConfig(BaseModel):
    """Header of a model file, frozen and closed."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    name: str
    """Name by which the model is chosen."""
    method: Method
    """What the embedding channels mean, see `embeddings.methods`."""
    spec: UNetSpec
    """The network."""
    percentiles: tuple[float, float] = (1.0, 99.8)
    """Intensities of the whole image that become 0 and 1 before the network."""
    clustering: dict[str, Any] = Field(default_factory=dict)
    """Settings of `embeddings.ClusterConfig` that were best on the validation split."""
    training_window: tuple[int, ...] = ()
    """Output window in px during training; larger than the period on every axis ([R], section 4)."""
    data: str = ""
    """What it was trained on."""
    licence: str = ""
    """Licence of the weights."""
    scores: dict[str, float] = Field(default_factory=dict)
    """Results on the test split."""
    recipe: dict[str, Any] = Field(default_factory=dict)
    """Settings of the training that made the weights."""
