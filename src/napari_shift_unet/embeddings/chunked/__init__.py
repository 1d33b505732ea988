"""Objects of images that fit no memory: grouped chunk by chunk, and the same for any chunks."""

from .assembly import Assembly
from .grid import ChunkGrid
from .grouping import Arrays, Finding, Grouping, Known, Pass
from .labelling import (
    GROUPINGS,
    LabelArray,
    cut_chunk,
    grouping_of,
    label_chunks,
    relabel_chunk,
    write_labels,
)
from .pieces import ChunkPieces
from .source import Chunk, ChunkDone, Source

__all__ = [
    "GROUPINGS",
    "Arrays",
    "Assembly",
    "Chunk",
    "ChunkDone",
    "ChunkGrid",
    "ChunkPieces",
    "Finding",
    "Grouping",
    "Known",
    "LabelArray",
    "Pass",
    "Source",
    "cut_chunk",
    "grouping_of",
    "label_chunks",
    "relabel_chunk",
    "write_labels",
]
