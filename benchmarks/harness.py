"""How everything here is measured: two sides in turn, medians and the spread, one table."""

import json
import os
import platform
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Literal

Work = Callable[[], object]
MARKS = "<!-- measured: by benchmarks/run.py -->", "<!-- end -->"
PACKAGES = ("numpy", "numba", "torch", "scikit-learn", "monai", "tiler")


@dataclass(frozen=True)
class Scale:
    """How large and how often."""

    quick: bool = False
    """Sizes that only show that everything runs."""
    rounds: int = 3

    def pick(self, full: int, quick: int) -> int:
        """Return the size to measure with."""
        return quick if self.quick else full


@dataclass(frozen=True)
class Race:
    """Seconds of both sides, round by round."""

    ours: tuple[float, ...]
    theirs: tuple[float, ...]

    @property
    def medians(self) -> tuple[float, float]:
        """Median seconds of each side."""
        return median(self.ours), median(self.theirs)

    @property
    def times_faster(self) -> list[float]:
        """Their time over ours in each round, sorted."""
        return sorted(b / a for a, b in zip(self.ours, self.theirs, strict=True))


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    name: str
    against: str
    ratio: float
    """Times faster, or the share of the other side; the median of the rounds."""
    sense: Literal["at least", "at most"]
    bar: float
    spread: tuple[float, float] | None = None
    """Smallest and largest ratio of a round."""
    seconds: tuple[float, float] | None = None
    """Median of each side; `None` where no time is compared."""
    rounds: int = 1
    note: str = ""
    unit: str = " x"
    load: float = field(default_factory=lambda: round(os.getloadavg()[0], 1))
    """Processes that wanted to run, on average over the last minute of the measurement."""

    @property
    def met(self) -> bool:
        """Whether the ratio is at its bar."""
        return self.ratio >= self.bar if self.sense == "at least" else self.ratio <= self.bar

    @property
    def facts(self) -> dict[str, Any]:
        """The row in results.json."""
        known = {
            name: [_short(n) for n in value] if isinstance(value, tuple) else value
            for name, value in vars(self).items()
        }
        return {**known, "ratio": _short(self.ratio), "met": self.met, **machine()}


def race(ours: Work, theirs: Work, rounds: int) -> Race:
    """Time both sides in turn, the first of a round being the second of the next.

    What else runs on the machine then hits both alike.
    """
    seconds: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        for side in (0, 1) if number % 2 == 0 else (1, 0):
            began = perf_counter()
            (ours, theirs)[side]()
            seconds[side].append(perf_counter() - began)
    return Race(tuple(seconds[0]), tuple(seconds[1]))


def faster(name: str, against: str, bar: float, found: Race, note: str = "") -> Row:
    """Return the row of a bar on how many times faster."""
    ratios = found.times_faster
    spread, rounds = (ratios[0], ratios[-1]), len(ratios)
    return Row(name, against, median(ratios), "at least", bar, spread, found.medians, rounds, note)


def share(name: str, against: str, bar: float, found: Race, note: str = "") -> Row:
    """Return the row of a bar on the share of the other side's time."""
    ratios = [1 / ratio for ratio in reversed(found.times_faster)]
    spread, rounds = (ratios[0], ratios[-1]), len(ratios)
    return Row(name, against, median(ratios), "at most", bar, spread, found.medians, rounds, note)


def peak_memory(prepare: Callable[..., Work], *arguments: Any) -> int | None:
    """Return the bytes that work takes at its peak beyond what was there before, in a new process.

    Parameters
    ----------
    prepare
        Importable function that returns the work; what it loads does not count.
    *arguments
        Of `prepare`.

    Returns
    -------
    int or None
        `None` where the system does not tell (it does on Linux).
    """
    if not Path("/proc/self/clear_refs").exists():
        return None
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_growth, prepare, *arguments).result()


def _growth(prepare: Callable[..., Work], *arguments: Any) -> int:
    work = prepare(*arguments)
    Path("/proc/self/clear_refs").write_text("5")  # the peak so far is forgotten
    before = resident("VmRSS")
    work()
    return resident("VmHWM") - before


def resident(name: str) -> int:
    """Return bytes of memory of this process: VmRSS now, VmHWM at the peak."""
    status = Path("/proc/self/status").read_text()
    return int(re.findall(rf"{name}:\s+(\d+) kB", status)[0]) * 1024


def machine() -> dict[str, Any]:
    """Return device, cores and versions."""
    import torch

    versions = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else _processor()
    return {"device": device, "cores": os.cpu_count(), "versions": versions}


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*: (.+)", info.read_text()) if info.exists() else []
    return names[0] if names else platform.processor() or platform.machine()


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Return the rows as a table in Markdown."""
    heads = ("what", "against", "measured", "rounds", "bar", "met", "seconds", "load")
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for row in rows:
        spread = " to ".join(map(_said, row["spread"] or ()))
        if spread:
            spread = f"{spread} in {row['rounds']}" if row["rounds"] > 1 else "one round"
        times = row["seconds"]
        seconds = f"{_said(times[0])} against {_said(times[1])}" if times else ""
        against = f"{row['against']} ({row['note']})" if row["note"] else row["against"]
        bar = f"{row['sense']} {row['bar']:g}{row['unit']}"
        cells = (row["name"], against, f"{_said(row['ratio'])}{row['unit']}", spread, bar)
        met = "yes" if row["met"] else "**no**"
        lines.append(f"| {' | '.join((*cells, met, seconds, str(row['load'])))} |")
    return "\n".join(lines)


def write_results(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    """Write results.json."""
    path.write_text(json.dumps(list(rows), indent=1) + "\n", "utf-8")


def write_page(page: Path, text: str, marks: tuple[str, str] = MARKS) -> None:
    """Replace what stands between the marks of a page; the marks must be there."""
    before, _, rest = page.read_text("utf-8").partition(marks[0])
    _, end, after = rest.partition(marks[1])
    if not end:
        raise SystemExit(f"{page} has no place for the table. Add: {marks[0]} and {marks[1]}")
    page.write_text(f"{before}{marks[0]}\n{text}\n{end}{after}", "utf-8")


def _said(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def _short(number: float) -> float:
    return float(f"{number:.4g}")
