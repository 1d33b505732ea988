"""Options of the clustering, in the words of `ClusterConfig`."""

from dataclasses import asdict, dataclass
from typing import Annotated, Any

from cyclopts import Parameter

from ..embeddings import ClusterConfig
from ..embeddings.config import ClusterMethod, Kernel


def _as_in(field: str) -> Parameter:
    """Describe an option as the setting is described."""
    return Parameter(help=ClusterConfig.model_fields[field].description)


@Parameter(name="*")
@dataclass(frozen=True)
class ClusterOptions:
    """Settings of the clustering; the model has its own for those that are left out."""

    cluster: Annotated[ClusterMethod | None, _as_in("method")] = None
    kernel: Annotated[Kernel | None, _as_in("kernel")] = None
    bandwidth: Annotated[float | None, _as_in("bandwidth")] = None
    by_part: Annotated[bool | None, _as_in("by_part")] = None
    seed_threshold: Annotated[float | None, _as_in("seed_threshold")] = None
    sigma: Annotated[float | None, _as_in("sigma")] = None
    clusters: Annotated[int | None, _as_in("clusters")] = None
    assign_rest: Annotated[bool | None, _as_in("assign_rest")] = None
    foreground_threshold: Annotated[float | None, _as_in("foreground_threshold")] = None
    largest_is_background: Annotated[bool | None, _as_in("largest_is_background")] = None
    min_size: Annotated[int | None, _as_in("min_size")] = None
    split_components: Annotated[bool | None, _as_in("split_components")] = None

    @property
    def given(self) -> dict[str, Any]:
        """Fields of `ClusterConfig` that were chosen."""
        chosen = {name: value for name, value in asdict(self).items() if value is not None}
        if "cluster" in chosen:
            chosen["method"] = chosen.pop("cluster")
        return chosen


CLUSTERED_AS_VALIDATED = ClusterOptions()
