import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
FIELDS = ["name", "against", "ratio", "bar", "met", "seconds", "device", "cores", "versions"]


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("bench")
    command = [sys.executable, str(ROOT / "benchmarks" / "run.py"), "--quick"]
    command += ["--only", "clicks", "--out", str(folder)]
    alone = {**os.environ, "OMP_NUM_THREADS": "1"}  # other tests use the other cores
    told = subprocess.run(command, capture_output=True, text=True, env=alone, check=False)
    assert told.returncode == 0, told.stderr
    return folder, told.stdout


def test_rows_say_what_was_measured(measured: tuple[Path, str]) -> None:
    rows = json.loads((measured[0] / "results.json").read_text("utf-8"))
    assert len(rows) == 3
    for row in rows:
        assert set(FIELDS) <= set(row)
        ours, theirs = row["seconds"]
        assert row["ratio"] == pytest.approx(ours / theirs, rel=0.01)
        assert row["met"] == (row["ratio"] <= row["bar"])
        assert {"python", "torch"} <= set(row["versions"])


def test_table_has_every_row(measured: tuple[Path, str]) -> None:
    folder, told = measured
    for row in json.loads((folder / "results.json").read_text("utf-8")):
        assert re.search(rf"^\| {re.escape(row['name'])} \|.*at most", told, re.MULTILINE)


def test_picture_is_drawn(measured: tuple[Path, str]) -> None:
    with Image.open(measured[0] / "performance.png") as picture:
        assert len(picture.convert("L").getcolors() or []) > 20


def test_only_measures_one_group_and_keeps_the_others(tmp_path: Path) -> None:
    kept = {"group": "training", "name": "of before"}
    (tmp_path / "results.json").write_text(json.dumps([kept, {**kept, "group": "clicks"}]))
    code = "import run, sys; print(run._kept(run.Path(sys.argv[1]), ['clicks']))"
    command = [sys.executable, "-c", code, str(tmp_path)]
    told = subprocess.run(
        command, cwd=ROOT / "benchmarks", capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == str([kept])
