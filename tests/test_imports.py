"""The rooms import one way, and only what they may; a fresh interpreter is the witness."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "napari_shift_unet"
MODULES = [
    path.relative_to(PACKAGE.parent).with_suffix("")
    for path in sorted(PACKAGE.rglob("*.py"))
    if path.name != "_version.py"
]
# A room imports from the rooms before it only; cli and gui stand side by side.
ORDER = [
    "lazy",
    "errors",
    "settings",
    "generators",
    "geometry",
    "images",
    "networks",
    "prediction",
    "embeddings",
    "seams",
    "results",
    "evaluation",
    "training",
    "segmentation",
    "large",
    "reproduction",
    "sweep",
    "cli",
]
RANK = {room: rank for rank, room in enumerate(ORDER)} | {"gui": ORDER.index("cli")}
SHARED_BY_WIDGETS = {"canvas", "controls", "files", "large", "objects", "preferences"}
GUI_LIBRARIES = {"PyQt6", "PySide6", "magicgui", "napari", "qtpy", "superqt", "vispy"}
WALK = """
import importlib, pkgutil, sys
import napari_shift_unet as package

def visit(path, prefix):
    for module in pkgutil.iter_modules(path, prefix):
        if module.name != "napari_shift_unet.gui":
            found = importlib.import_module(module.name)
            if module.ispkg:
                visit(found.__path__, module.name + ".")

visit(package.__path__, "napari_shift_unet.")
"""
GEOMETRY = "import napari_shift_unet.geometry, napari_shift_unet.images"
LAZY = "import napari_shift_unet; dir(napari_shift_unet); napari_shift_unet.__version__"


def _imported_by(code: str) -> set[str]:
    """Return the top-level names of all modules that a fresh interpreter holds after `code`."""
    report = "import sys; print(*{name.partition('.')[0] for name in sys.modules})"
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", f"{code}\n{report}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return set(run.stdout.split())


def _room(module: Path) -> str:
    return module.parts[1] if len(module.parts) > 1 else "__init__"


def _imports(module: Path) -> Iterator[str]:
    """Yield the dotted name of everything that a module imports, at its top or in a function."""
    source = (PACKAGE.parent / module).with_suffix(".py").read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = ".".join(module.parts[: -node.level]) if node.level else ""
            parent = ".".join(filter(None, (above, node.module)))
            yield from (f"{parent}.{alias.name}" for alias in node.names)


def test_core_imports_no_gui_library():
    assert not _imported_by(WALK) & GUI_LIBRARIES


def test_importing_the_package_is_cheap():
    assert not _imported_by(LAZY) & (GUI_LIBRARIES | {"numpy", "pydantic", "torch"})


def test_geometry_and_images_need_no_torch():
    assert not _imported_by(GEOMETRY) & (GUI_LIBRARIES | {"torch"})


def test_public_names_exist():
    import napari_shift_unet

    for name in dir(napari_shift_unet):
        assert getattr(napari_shift_unet, name) is not None
    with pytest.raises(AttributeError, match="nonsense"):
        _ = napari_shift_unet.nonsense


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_rooms_import_one_way(module):
    room = _room(module)
    if room == "__init__":
        return
    for name in _imports(module):
        parts = name.split(".")
        if parts[0] == PACKAGE.name:
            other = parts[1] if len(parts) > 1 else "__init__"
            if other in ("__init__", "__version__", "_version", room):
                continue
            assert RANK[other] < RANK[room], f"{module} imports {name}"
        elif parts[0] in GUI_LIBRARIES:
            assert room == "gui", f"{module} imports {name}; only gui may"


OF_WIDGETS = [m for m in MODULES if m.parts[1:2] == ("gui",) and len(m.parts) > 3]


@pytest.mark.parametrize("module", OF_WIDGETS, ids=str)
def test_a_widget_knows_no_other_widget(module):
    for name in _imports(module):
        other = PACKAGE.joinpath(*name.split(".")[1:3])
        if name.startswith(f"{PACKAGE.name}.gui.") and other.is_dir():
            assert other.name in SHARED_BY_WIDGETS | {module.parts[2]}, f"{module} imports {name}"
