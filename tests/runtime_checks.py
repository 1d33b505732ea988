"""Check the annotations of the core at run time, array shapes included, while tests run."""

from pathlib import Path
from typing import Any, Self

from beartype import BeartypeConf, FrozenDict, beartype
from jaxtyping import install_import_hook

PACKAGE = Path(__file__).parents[1] / "src" / "napari_shift_unet"

# As in mypy, an int may stand where a float is asked for. `Self` means nothing to a checker that
# is given functions one by one, as jaxtyping does. The same items of containers are looked at in
# every run, and hypothesis forbids the global random numbers in its strategies.
checked = beartype(
    conf=BeartypeConf(is_pep484_tower=True, is_random=False, hint_overrides=FrozenDict({Self: Any}))
)


def install() -> None:
    """Wrap every core module that is imported from now on."""
    install_import_hook(_checked_modules(), f"{__name__}.checked")


def _checked_modules() -> list[str]:
    """Return all but widgets, which take what Qt gives, and numba kernels, which compile bare."""
    modules = []
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if parts[0] == "gui" or parts[-1] in ("__init__", "_version"):
            continue
        if "numba" not in path.read_text(encoding="utf-8"):
            modules.append(".".join((PACKAGE.name, *parts)))
    return modules
