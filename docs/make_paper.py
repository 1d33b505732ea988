"""Train the quick figures of the papers and put their numbers and pictures into paper.md."""

import argparse
import json
import re
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from time import process_time
from typing import Any

from napari_shift_unet.generators import drain
from napari_shift_unet.reproduction import Claim, figure_names, find_figure, reproduce

PAGE = Path(__file__).parent / "paper.md"
FOLDER = Path(__file__).parent / "paper"
"""Pictures and measurements, which stand beside the page."""
SWEEPS = FOLDER / "sweeps"
"""The sweep.json of every sweep over real images that the page reports."""
BLOCK = "<!-- {name}: numbers by docs/make_paper.py -->\n{text}\n<!-- end -->"


def main() -> None:
    """Train all figures, or those that are named, and rebuild the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", choices=figure_names(), help="figures to train")
    only = parser.parse_args().only
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for line in pool.map(train, figure_names() if only is None else only):
            print(line, flush=True)
    PAGE.write_text(rebuilt(PAGE.read_text("utf-8")), "utf-8")


def train(name: str) -> str:
    """Make the picture and the measurements of one figure, and say if it holds."""
    began = process_time()
    report = drain(reproduce(find_figure(name, quick=True), FOLDER, "cpu"))
    path = FOLDER / f"{name}.json"
    facts = json.loads(path.read_text("utf-8"))
    facts["processor_seconds"] = round(process_time() - began)
    path.write_text(json.dumps(facts, indent=2) + "\n", "utf-8")
    holds = "holds" if report.holds else "does not hold"
    return f"{name}: {holds}, {facts['processor_seconds']} s"


def rebuilt(page: str) -> str:
    """Return the page with the measurements that lie in the folder."""
    found = {name: json.loads((FOLDER / f"{name}.json").read_text("utf-8")) for name in _trained()}
    page = _with_block(page, "all", overview(found))
    for name, facts in found.items():
        page = _with_block(page, name, section(facts))
    return _with_block(page, "sweeps", sweeps(sorted(SWEEPS.glob("*.json"))))


def overview(found: dict[str, dict[str, Any]]) -> str:
    """Return one line per figure."""
    lines = [
        "| figure | what it shows | found here | processor time |",
        "| --- | --- | --- | --- |",
    ]
    for name, facts in found.items():
        claims = [claim["holds"] for row in facts["rows"] for claim in row["claims"]]
        verdict = f"{sum(claims)} of {len(claims)} claims hold"
        seconds = facts.get("processor_seconds", 0)
        lines.append(f"| [{name}](#{name}) | {facts['claim']} | {verdict} | {seconds} s |")
    return "\n".join(lines)


def section(facts: dict[str, Any]) -> str:
    """Return picture and table of one figure."""
    name = facts["figure"]
    lines = [
        f"![{name}](paper/{name}.png)",
        "",
        "| row | claim | measured | holds |",
        "| --- | --- | --- | --- |",
    ]
    for row in facts["rows"]:
        for claim in row["claims"]:
            text = Claim(**{key: claim[key] for key in Claim.model_fields}).text
            holds = "yes" if claim["holds"] else "**no**"
            lines.append(f"| {row['title']} | {text} | {claim['measured']:g} | {holds} |")
    lines += ["", _measured(facts)]
    return "\n".join(lines)


def _measured(facts: dict[str, Any]) -> str:
    """Return all measures of all rows as a table."""
    names = (
        "instances",
        "clusters",
        "told_apart",
        "false_splits",
        "false_splits_at_borders",
    )
    heads = ["row", "steps", *(name.replace("_", " ") for name in names)]
    heads += ["seams found", "AP 0.5", "AP 0.5 of parts"]
    lines = [f"| {' | '.join(heads)} |", f"| {' | '.join('---' for _ in heads)} |"]
    for row in facts["rows"]:
        measures = row["measures"]
        tiles = {measures["seam_tile_y"], measures["seam_tile_x"]}
        seams = " and ".join(f"{tile} px" if tile else "none" for tile in sorted(tiles))
        values = [row["title"], row["steps"], *(measures[name] for name in names), seams]
        values += [f"{measures[name]:.2f}" for name in ("ap_50", "parts_ap_50")]
        lines.append(f"| {' | '.join(map(str, values))} |")
    return "\n".join(lines)


def sweeps(paths: Sequence[Path]) -> str:
    """Return one line per sweep of output windows over real images."""
    heads = ["model", "images", "windows", "false splits at multiples", "between", "fewest between"]
    heads += ["ratio", "AP 0.5 at multiples", "between", "difference"]
    lines = [f"| {' | '.join(heads)} |", f"| {' | '.join('---' for _ in heads)} |"]
    for path in paths:
        facts = json.loads(path.read_text("utf-8"))
        found, curve = facts["contrast"], facts["curve"]
        off = [point["false_splits"] for point in curve if not point["multiple_of_the_period"]]
        shape = " x ".join(map(str, facts["shape"])) + " px, " if facts["shape"] else ""
        ratio, low, high = found["false_splits_ratio"], *found["false_splits_ratio_interval"]
        gained, least, most = found["ap_difference"], *found["ap_difference_interval"]
        values = [
            f"`{facts['model']['name']}`",
            f"{facts['data']}, {shape}{found['images']}",
            f"{curve[0]['window']} to {curve[-1]['window']} px",
            *(f"{found[f'false_splits_{where}']:.2f}" for where in ("on", "off")),
            f"{min(off):.2f}",
            f"{ratio:.2f} ({low:.2f} to {high:.2f})",
            *(f"{found[f'ap_{where}']:.3f}" for where in ("on", "off")),
            f"{gained:+.3f} ({least:+.3f} to {most:+.3f})",
        ]
        lines.append(f"| {' | '.join(values)} |")
    return "\n".join(lines)


def _trained() -> list[str]:
    return [name for name in figure_names() if (FOLDER / f"{name}.json").exists()]


def _with_block(page: str, name: str, text: str) -> str:
    """Replace what stands between the marks of a block; the marks must be there."""
    start, end = BLOCK.format(name=name, text="\0").split("\0")
    start, end = start.rstrip(), end.lstrip()
    pattern = re.compile(re.escape(start) + ".*?" + re.escape(end), re.DOTALL)
    if not pattern.search(page):
        raise SystemExit(f"{PAGE} has no block for {name}. Add: {start.strip()} and {end.strip()}")
    return pattern.sub(lambda _: f"{start}\n{text}\n{end}", page)


if __name__ == "__main__":
    main()
