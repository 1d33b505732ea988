from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from napari_shift_unet.errors import InputError, complaint


class Inner(BaseModel):
    width: Annotated[int, Field(ge=1)] = 1


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    size: int
    kind: Literal["a", "b"] = "a"
    inner: Inner = Inner()

    @field_validator("size")
    @classmethod
    def _even(cls, size: int) -> int:
        if size % 2:
            raise InputError(f"size is {size} px; it must be even. Use {size + 1} px.")
        return size


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"size": 3}, "size is 3 px; it must be even. Use 4 px."),
        ({}, "size is missing"),
        ({"size": 2, "sise": 3}, "sise is no setting; check its spelling"),
        ({"size": 2, "kind": "c"}, "kind is 'c': input should be 'a' or 'b'"),
        (
            {"size": 2, "inner": {"width": 0}},
            "inner.width is 0: input should be greater than or equal to 1",
        ),
        ({"size": 1, "kind": "c"}, "size is 1 px; it must be even. Use 2 px."),
    ],
)
def test_the_first_complaint_in_one_clause(values, message):
    with pytest.raises(ValidationError) as caught:
        Outer(**values)
    assert complaint(caught.value) == message
