"""What README and docs show is run, and what they name is there."""

import os
import re
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from napari_shift_unet.cli import app

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMANDS = (
    "segment",
    "plan",
    "probe",
    "models",
    "train",
    "evaluate",
    "audit",
    "repair",
    "reproduce",
    "demo",
)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?://)([^)#]*)")


def _blocks(language: str, page: Path = ROOT / "README.md") -> list[str]:
    return [text for found, text in BLOCK.findall(page.read_text("utf-8")) if found == language]


@pytest.fixture
def beside_an_image(tmp_path, monkeypatch):
    """Work in a folder that holds nuclei.tif."""
    sample = files("napari_shift_unet.images") / "sample_data" / "u2os-nuclei.tif"
    shutil.copy(str(sample), tmp_path / "nuclei.tif")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_python_of_the_readme_runs(beside_an_image, capsys):
    (code,) = _blocks("python")
    assert len([line for line in code.splitlines() if line]) <= 8
    exec(compile(code, "README.md", "exec"), {})
    out = capsys.readouterr().out
    assert "(520, 696)" in out
    assert "True" in out
    written = {path.name for path in (beside_an_image / "results").iterdir()}
    assert written == {"labels.tif", "objects.csv", "run.json", "embedding.zarr"}


def test_the_shell_commands_of_the_readme_run(beside_an_image):
    (script,) = (text for text in _blocks("bash") if "shift-unet" in text)
    assert len(script.splitlines()) == 2
    programs = Path(sys.executable).parent
    ran = subprocess.run(
        ["bash", "-e", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"},
    )
    assert ran.returncode == 0, ran.stderr
    assert "expected: the crop of 148 px" in ran.stdout
    written = {path.name for path in (beside_an_image / "results").iterdir()}
    assert written == {"labels.tif", "objects.csv", "run.json"}


def test_the_two_commands_of_the_readme_are_targets():
    (script,) = (text for text in _blocks("bash") if "make" in text)
    targets = (ROOT / "Makefile").read_text("utf-8")
    names = re.findall(r"^make (\S+)", script, re.MULTILINE)
    assert names == ["demo", "test"]
    assert all(f"\n{name}:" in targets for name in names)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for target in LINK.findall(page.read_text("utf-8")):
        assert not target or (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_shell_lines_name_commands_and_options_that_exist(page):
    for script in (*_blocks("bash", page), *_blocks("sh", page), *_blocks("powershell", page)):
        for line in script.splitlines():
            if line.startswith("shift-unet "):
                _, command, *words = line.split()
                options = {word for word in words if word.startswith("--")}
                assert options <= _options(command), line


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_in_the_docs(command):
    page = (ROOT / "docs" / "cli.md").read_text("utf-8")
    section = page.split(f"## {command}\n")[1].split("\n## ")[0]
    if command == "plan":
        section += page.split("## segment\n")[1].split("\n## ")[0]
    for option in _options(command):
        assert f"`{option}" in section or f" {option}" in section, option


def _options(command: str) -> set[str]:
    found = app[command].assemble_argument_collection()
    return {name for argument in found for name in argument.names if name.startswith("--")}
