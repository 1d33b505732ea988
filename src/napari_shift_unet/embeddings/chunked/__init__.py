"""Objects of images that fit no memory: grouped chunk by chunk, and the same for any chunks."""

from .grid import ChunkGrid
from .labelling import LabelArray, label_chunks
from .source import ChunkDone

__all__ = ["ChunkDone", "ChunkGrid", "LabelArray", "label_chunks"]
