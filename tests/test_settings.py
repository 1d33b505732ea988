"""Configurations of the project: frozen, closed, and refused in one sentence."""

from typing import Any

import pytest
from pydantic import ValidationError, field_validator

from napari_shift_unet.errors import InputError, complaint
from napari_shift_unet.settings import Settings


class Inner(Settings):
    size: int = 1
    """Size in px."""


class Outer(Settings):
    name: str
    inner: Inner = Inner()

    @field_validator("name")
    @classmethod
    def _has_no_space(cls, name: str) -> str:
        if " " in name:
            raise InputError(f"name is '{name}'; leave the space out.")
        return name


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "name is missing."),
        ({"name": "a b"}, "name is 'a b'; leave the space out."),
        ({"name": "a", "nam": 1}, "nam is no setting; check its spelling."),
        ({"name": "a", "inner": 3}, "inner is 3: input should be a valid dictionary or "),
    ],
    ids=str,
)
def test_construction_is_refused_in_one_sentence(values: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        Outer(**values)
    assert str(caught.value).startswith(message)
    assert str(caught.value).count(".") == 1 == str(caught.value).count("\n") + 1


def test_what_is_inside_is_refused_with_its_own_sentence() -> None:
    with pytest.raises(InputError, match=r"^size is 'x': input should be a valid integer"):
        Outer(name="a", inner={"size": "x"})


def test_json_is_refused_by_pydantic_and_put_into_words_by_us() -> None:
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate_json('{"name": "a", "inner": {"siz": 1}}')
    assert complaint(caught.value).startswith("siz is no setting; check its spelling")
    with pytest.raises(ValidationError):
        Outer.model_validate_json('{"name": ')


def test_values_come_back_never_change_and_describe_themselves() -> None:
    outer = Outer(name="a", inner=Inner(size=2))
    assert (
        Outer.model_validate_json(outer.model_dump_json()) == outer == Outer(**outer.model_dump())
    )
    with pytest.raises(ValidationError, match="frozen"):
        outer.name = "b"  # type: ignore[misc]
    assert Inner.model_fields["size"].description == "Size in px."
