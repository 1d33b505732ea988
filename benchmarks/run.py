"""Measure everything against its peers, in turn, and write table, plot and results.json.

    python benchmarks/run.py [--quick] [--only NAME ...] [--rounds 3] [--out FOLDER]

All that is written into FOLDER if one is given; else, unless quick, into benchmarks/ and docs/.
With --only, the rows of the other groups stay as they were measured before.
"""

import argparse
import json
from importlib import import_module
from pathlib import Path
from typing import Any

from harness import Scale, table, write_page, write_results
from picture import write_picture

GROUPS = ("prediction", "mean_shift", "clicks", "training", "workers")
ROOT = Path(__file__).parent.parent


def main() -> None:
    """Measure the groups that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="sizes of a smoke test")
    parser.add_argument("--only", nargs="+", choices=GROUPS, default=list(GROUPS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, help="folder for table, plot and results")
    options = parser.parse_args()
    scale = Scale(options.quick, 1 if options.quick else options.rounds)
    folder = options.out or (None if options.quick else ROOT / "benchmarks")
    rows = _kept(folder, options.only)
    for group in options.only:
        for row in import_module(group).rows(scale):
            new = {"group": group, **row.facts}
            print(table([new]).splitlines()[-1], flush=True)
            rows = sorted([*rows, new], key=lambda row: GROUPS.index(row["group"]))
            if folder is not None:
                _write(folder, rows, pages=options.out is None)
    print(table(rows))


def _write(folder: Path, rows: list[dict[str, Any]], *, pages: bool) -> None:
    """Write what is known so far, so that a run that is stopped keeps it."""
    write_results(folder / "results.json", rows)
    pictures = ROOT / "docs" / "images" if pages else folder
    write_picture(pictures / "performance.png", rows)
    if pages:
        write_page(ROOT / "docs" / "performance.md", table(rows))


def _kept(folder: Path | None, anew: list[str]) -> list[dict[str, Any]]:
    """Return the rows of groups that are not measured anew."""
    path = folder and folder / "results.json"
    if path is None or not path.exists():
        return []
    return [row for row in json.loads(path.read_text("utf-8")) if row["group"] not in anew]


if __name__ == "__main__":
    main()
