"""Where pixels come from and go to: files, axes, pixel size, intensities and the image's edge."""

from .arrays import PixelArray, blocks, load, read_block
from .atomic import writing
from .checking import check_pixels
from .files import file_stem, read_image
from .image import Image, guess_axes
from .intensity import Normalisation, measure_channels, normalise
from .intensity import measure as measure_intensity
from .kind import holds_labels
from .labels import label_dtype
from .ome_zarr import read_ome_zarr, write_array_zarr, write_labels_ome_zarr
from .padding import read_padded, reflect_indices
from .samples import discs, sample_image, sample_names
from .selection import Selection, planes, select, to_grey
from .tables import write_table_csv
from .tiff import read_tiff, write_labels_tiff

__all__ = [
    "Image",
    "Normalisation",
    "PixelArray",
    "Selection",
    "blocks",
    "check_pixels",
    "discs",
    "file_stem",
    "guess_axes",
    "holds_labels",
    "label_dtype",
    "load",
    "measure_channels",
    "measure_intensity",
    "normalise",
    "planes",
    "read_block",
    "read_image",
    "read_ome_zarr",
    "read_padded",
    "read_tiff",
    "reflect_indices",
    "sample_image",
    "sample_names",
    "select",
    "to_grey",
    "write_array_zarr",
    "write_labels_ome_zarr",
    "write_labels_tiff",
    "write_table_csv",
    "writing",
]
