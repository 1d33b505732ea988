"""Integers only: what a network does to sizes, and how an image is cut into tiles.

The whole project refers to this drawing of one tile along one axis (units px)::

    image edge                                                  image edge
        |<---------------------- image ---------------------------->|
        |...............|...............|...............|...........|   crop grid, n * period apart
        :   :   :   :   :   :   :   :   :   :   :   :   :   :   :   :   lattice, one period apart

            |<----------------- read ------------------>|               what the network reads
            |<-context->|<- output window ->|<-context->|               what it returns
                        |<--- crop ---->|                               what is kept: `write`
                        ^ begins on the crop grid

`read` may leave the image; the caller pads by reflection. Every tile begins on the crop grid, the
last one too: it is padded, never moved back, because moving it would leave the lattice.
"""

from .footprint import Footprint
from .lattice import lattice_lines
from .layers import FeatureMap, Layer
from .measured import MeasuredSpec
from .mending import mended_crop, mended_plan, tiles_on_lattice
from .planning import Crop, PerAxis, auto_window, plan_tiles
from .spec import UNetSpec
from .tiling import Tile, TilePlan

__all__ = [
    "Crop",
    "FeatureMap",
    "Footprint",
    "Layer",
    "MeasuredSpec",
    "PerAxis",
    "Tile",
    "TilePlan",
    "UNetSpec",
    "auto_window",
    "lattice_lines",
    "mended_crop",
    "mended_plan",
    "plan_tiles",
    "tiles_on_lattice",
]
