"""How tiles lie along one axis, as far as their seams can tell."""

from dataclasses import dataclass

from ..errors import InputError


@dataclass(frozen=True, slots=True)
class AxisTiling:
    """Tiles along one axis; units px.

    A seam at x lies between the pixels x - 1 and x. Where tiles overlap and the later one wins, or
    only their middles are kept, `tile` is the distance between two seams.
    """

    tile: int
    offset: int = 0
    """Position of a seam modulo `tile`; 0 if the first tile begins at the edge of the image."""
    moved: bool = False
    """Whether the last tile was moved back so that it ends at the edge of the image."""

    def __post_init__(self) -> None:
        if self.tile < 1 or not 0 <= self.offset < self.tile:
            raise InputError(
                f"the tile is {self.tile} px and the offset {self.offset} px; a tile has at least "
                "1 px and an offset is less than a tile."
            )

    def seams(self, length: int) -> tuple[int, ...]:
        """Return the positions of the seams along an axis of so many px."""
        regular = range(self.offset or self.tile, length, self.tile)
        if not self.moved or (length - self.offset) % self.tile == 0:
            return tuple(regular)
        kept = [x for x in regular if x + self.tile <= length]
        return tuple(sorted({*kept, max(0, length - self.tile)} - {0}))
