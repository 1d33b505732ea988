"""`shift-unet reproduce`: a figure of the papers, from scratch."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from .console import columns, result, result_json
from .options import Device, JsonOption
from .progress import follow_reproduction

if TYPE_CHECKING:
    from ..reproduction import Finding, Report


def reproduce(
    figure: str,
    /,
    *,
    output: Annotated[Path, Parameter(metavar="DIR")],
    quick: Annotated[bool, Parameter(negative=())] = False,
    device: Device = "auto",
    as_json: JsonOption = False,
) -> None:
    """Train the networks of a figure from scratch and measure what the figure claims.

    Writes FIGURE.png with the panels input, truth, embedding and instances of each row, and
    FIGURE.json with the claims and what was measured.

    Parameters
    ----------
    figure
        fig2a, fig2b, fig2c, fig4, fig5, suppl-noise, suppl-elastic, suppl-wrong-crop or
        novotny-dots.
    output
        Folder to write into.
    quick
        Smaller networks and fewer steps, for minutes on two cores; without it, the size of the
        paper, for a GPU.
    device
        Where to compute.
    as_json
        Print JSON.
    """
    from ..reproduction import find_figure
    from ..reproduction import reproduce as reproduce_events

    found = find_figure(figure, quick)
    report = follow_reproduction(reproduce_events(found, output, device), found.steps)
    if as_json:
        result_json(report.facts)
    else:
        result(_describe(report, output))


def _describe(report: "Report", output: Path) -> str:
    lines = [report.figure.claim]
    for found in report.findings:
        lines += ["", found.row.title, *_claims(found)]
    lines += ["", "holds" if report.holds else "does not hold: see the lines that say no"]
    return "\n".join([*lines, f"written to {output / report.figure.name}.png and .json"])


def _claims(found: "Finding") -> list[str]:
    rows = [
        (f"  {claim.text}", f"{found.value(claim):g}", "yes" if found.holds(claim) else "no")
        for claim in found.row.claims
    ]
    return columns(rows).splitlines()
