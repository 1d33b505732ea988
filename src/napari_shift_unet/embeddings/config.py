"""What a user decides about the grouping of pixels."""

from typing import Annotated, Literal

from pydantic import Field

from ..settings import Settings

Kernel = Literal["flat", "gaussian"]
ClusterMethod = Literal["mean-shift", "greedy-seeds", "k-means", "hdbscan"]
Probability = Annotated[float, Field(ge=0, le=1)]
Length = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class ClusterConfig(Settings):
    """How the pixels of an image become objects; can change without a new prediction."""

    method: ClusterMethod = "mean-shift"
    """How pixels are grouped."""
    kernel: Kernel = "flat"
    """Weight of neighbours in mean shift: equal within the bandwidth, or a Gaussian."""
    bandwidth: Length = 1.0
    """Radius of mean shift, within which pixels belong together; in embedding units."""
    by_part: bool = False
    """Whether each connected part of the foreground is grouped by itself: objects that are far
    apart can then neither be taken for one nor decide how others are divided."""
    seed_threshold: Probability = 0.5
    """Confidence from which a pixel can be the seed of an object; 0 to 1."""
    sigma: Length = 1.0
    """Width of the kernel around a seed; in embedding units."""
    clusters: Annotated[int, Field(ge=1)] = 10
    """Number of clusters, K, in a plane or volume."""
    assign_rest: bool = True
    """Whether pixels of the foreground that belong to no cluster join the nearest one."""
    foreground_threshold: Probability = 0.5
    """Probability from which a pixel belongs to an object."""
    largest_is_background: bool = False
    """Whether the largest group is the background, for a model without a foreground that was
    trained to hold the background together like an object ([R], section 4)."""
    min_size: Annotated[int, Field(ge=0)] = 20
    """Smaller pieces join an object that they touch, or are dropped; in px."""
    split_components: bool = True
    """Whether each connected part of a cluster is an object of its own ([R], section 5)."""
