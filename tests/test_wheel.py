"""The built wheel holds all that the plugin needs, and works away from the repository."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "napari_shift_unet"


def _run(*command: str | Path, **environment: str) -> str:
    run = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the sdist and the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("dist")
    _run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    """Path of the wheel."""
    return next(built.glob("napari_shift_unet-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder that the wheel is installed in; on PYTHONPATH it comes before the repository."""
    folder = tmp_path_factory.mktemp("installed")
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    _run(*pip, "--no-deps", "--no-index", "--target", folder, wheel)
    return folder


def test_wheel_holds_every_file_of_the_package(wheel):
    packed = set(zipfile.ZipFile(wheel).namelist())
    needed = {
        path.relative_to(PACKAGE.parent).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert needed <= packed
    assert {"napari_shift_unet/napari.yaml", "napari_shift_unet/py.typed"} <= packed
    assert any(name.endswith(".safetensors") for name in packed)
    assert any(name.endswith((".tif", ".tiff")) for name in packed)


def test_wheel_is_small(wheel):
    assert wheel.stat().st_size < 40e6


def test_sdist_is_small_and_has_the_licence(built):
    archive = next(built.glob("napari_shift_unet-*.tar.gz"))
    with tarfile.open(archive) as sdist:
        names = [Path(*Path(name).parts[1:]).as_posix() for name in sdist.getnames()]
    assert {"LICENSE", "README.md", "pyproject.toml"} <= set(names)
    assert archive.stat().st_size < 50e6


def test_metadata_names_no_qt_binding(wheel):
    with zipfile.ZipFile(wheel) as packed:
        name = next(name for name in packed.namelist() if name.endswith(".dist-info/METADATA"))
        lines = packed.read(name).decode().splitlines()
    required = [line for line in lines if line.startswith("Requires-Dist") and "extra" not in line]
    assert "Classifier: Framework :: napari" in lines
    assert any("napari>=" in line for line in required)
    assert not [line for line in required if "pyqt" in line.lower() or "pyside" in line.lower()]


def test_installed_manifest_is_valid(installed):
    manifest = installed / "napari_shift_unet" / "napari.yaml"
    npe2 = Path(sys.executable).with_name("npe2")
    _run(npe2, "validate", "--imports", manifest, PYTHONPATH=str(installed))


def test_widget_opens_from_the_installed_wheel(installed):
    script = ROOT / "scripts" / "open_widget.py"
    report = _run(sys.executable, script, PYTHONPATH=str(installed), NAPARI_CONFIG="")
    assert report.splitlines()[-1] == str(installed / "napari_shift_unet")
