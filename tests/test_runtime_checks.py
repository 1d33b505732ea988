import pytest
from jaxtyping import TypeCheckError

from napari_shift_unet.images.padding import reflect_indices


def test_annotations_of_the_core_are_checked():
    with pytest.raises(TypeCheckError):
        reflect_indices("0", 4, 4)
