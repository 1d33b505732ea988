"""What README and docs show is run, and what they name is there."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
import yaml

from napari_shift_unet import images
from napari_shift_unet.cli import app, main
from napari_shift_unet.cli.options import join_numbers
from napari_shift_unet.networks import cards
from napari_shift_unet.training import TrainConfig
from pages import PAGES, README, ROOT, SHELLS, Block, blocks_of
from seeing_model import write_seeing_model

SMALL = (slice(0, 160), slice(0, 200))
"""The part of the sample that commands are run on."""
OF_PAGES = {"ids": [page.stem for page in PAGES]}
LINK = re.compile(r"\]\((?!https?://)([^)\s]*)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def stand_ins(tmp_path_factory):
    """Models with the names and the lattice of those in the package, that compute in no time."""
    folder = tmp_path_factory.mktemp("weights")
    for name in cards.model_names():
        write_seeing_model(folder / f"{name}.safetensors", name=name, factors=(4, 4))
    return folder


@pytest.fixture
def small_world(stand_ins, monkeypatch, tmp_path):
    """Work in an empty folder, with small models and a small sample."""
    image, truth = images.sample_image()
    part = np.unique(truth[SMALL], return_inverse=True)[1].reshape(truth[SMALL].shape)
    sample = images.Image(image.data[SMALL], "yx", name=image.name), part.astype(np.int32)
    monkeypatch.setattr(images, "sample_image", lambda: sample)
    monkeypatch.setattr(cards, "WEIGHTS", stand_ins)
    monkeypatch.chdir(tmp_path)
    cards._bundled_card.cache_clear()
    yield tmp_path
    cards._bundled_card.cache_clear()


@pytest.mark.parametrize("page", PAGES, **OF_PAGES)
def test_what_a_page_shows_runs(page, small_world, capsys):
    """One folder for the page; its blocks in their order, as somebody who reads it would."""
    names: dict[str, object] = {}
    for block in filter(lambda block: block.runs, blocks_of(page, "sh", "python")):
        if block.language == "python":
            exec(compile(block.text, f"{page.name}:{block.line}", "exec"), names)
            continue
        for program, *arguments in block.commands:
            assert program == "shift-unet", f"{page.name}:{block.line} needs a line '# needs ...'"
            assert main(arguments) == 0, f"{page.name}:{block.line}: {capsys.readouterr().err}"


@pytest.mark.parametrize("page", PAGES, **OF_PAGES)
def test_what_needs_more_is_understood(page):
    for block in filter(lambda block: not block.runs, blocks_of(page, *SHELLS, "python")):
        if block.language == "python":
            compile(block.text, f"{page.name}:{block.line}", "exec")
        else:
            _understand(block)


def _understand(block: Block) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    for program, *arguments in block.commands:
        match program:
            case "shift-unet":
                app.parse_args(join_numbers(arguments), exit_on_error=False, print_error=False)
            case "make":
                assert set(arguments) <= set(targets), block.text
            case "pip":
                named = re.findall(r"\[([\w,]+)\]", " ".join(arguments))
                assert set(",".join(named).split(",")) - {""} <= set(extras), block.text


@pytest.mark.parametrize("page", PAGES, **OF_PAGES)
def test_recipes_are_valid(page):
    for block in blocks_of(page, "toml"):
        TrainConfig.model_validate(tomllib.loads(block.text))


@pytest.mark.parametrize("page", PAGES, **OF_PAGES)
def test_links_lead_somewhere(page):
    for link in LINK.findall(page.read_text("utf-8")):
        path, _, heading = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        if heading and "." not in heading and target.suffix == ".md":
            assert heading in _anchors(target), link


def _anchors(page: Path) -> set[str]:
    """Return the names that headings have on the site."""
    kept = (re.sub(r"[^\w\s-]", "", title).strip() for title in HEADING.findall(page.read_text()))
    return {re.sub(r"[\s-]+", "-", title).lower() for title in kept}


def test_the_site_shows_every_page():
    site = yaml.safe_load((ROOT / "mkdocs.yml").read_text())
    shown = {page for part in site["nav"] for page in _pages(part)}
    assert {page.name for page in (ROOT / "docs").glob("*.md")} <= shown


def _pages(part: dict | list | str) -> list[str]:
    match part:
        case dict():
            return [page for below in part.values() for page in _pages(below)]
        case list():
            return [page for below in part for page in _pages(below)]
        case _:
            return [part]


@pytest.mark.parametrize("command", [name for name in app if not name.startswith("-")])
def test_every_option_is_in_the_docs(command):
    page = (ROOT / "docs" / "cli.md").read_text("utf-8")
    section = page.split(f"## {command}\n")[1].split("\n## ")[0]
    if command in ("plan", "prompt", "sweep"):
        section += page.split("## segment\n")[1].split("\n## ")[0]
    found = app[command].assemble_argument_collection()
    for option in {name for one in found for name in one.names if name.startswith("--")}:
        assert f"`{option}" in section or f" {option}" in section, option


def test_the_readme_stays_short():
    (code,) = blocks_of(README, "python")
    assert len([line for line in code.text.splitlines() if line]) <= 8
    (commands,) = (block for block in blocks_of(README, "sh") if block.runs)
    assert len(commands.commands) == 3


def test_the_site_can_be_built(tmp_path):
    pytest.importorskip("mkdocs", reason="needs the extra docs")
    build = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )
    assert build.returncode == 0, build.stderr
    pages = "".join(path.read_text("utf-8") for path in tmp_path.rglob("*.html"))
    assert not re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=\"?https?://[^>]+", pages)
