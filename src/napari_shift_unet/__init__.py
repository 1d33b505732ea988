"""Segment large images tile by tile without seams: in napari, from a shell and in Python."""

from typing import TYPE_CHECKING

from napari_shift_unet.lazy import lazy_names

if TYPE_CHECKING:
    from napari_shift_unet._version import __version__
    from napari_shift_unet.geometry import UNetSpec, plan_tiles
    from napari_shift_unet.images import read_image
    from napari_shift_unet.networks import list_models, load_model
    from napari_shift_unet.segmentation import segment

# Names are imported when first asked for: a command line that prints a plan, or napari reading
# the manifest, should not wait for torch.
_ROOM_OF = {
    "UNetSpec": "geometry",
    "__version__": "_version",
    "list_models": "networks",
    "load_model": "networks",
    "plan_tiles": "geometry",
    "read_image": "images",
    "segment": "segmentation",
}

__all__ = [
    "UNetSpec",
    "__version__",
    "list_models",
    "load_model",
    "plan_tiles",
    "read_image",
    "segment",
]


__getattr__ = lazy_names(__name__, _ROOM_OF)


def __dir__() -> list[str]:
    return list(__all__)
