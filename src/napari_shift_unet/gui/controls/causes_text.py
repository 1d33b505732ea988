"""Causes of seams in words, for a user to read."""

from collections.abc import Iterable
from html import escape

from ...seams import Cause


def causes_html(causes: Iterable[Cause]) -> str:
    """Name the causes of seams, what was seen of each and what to do, in HTML."""
    return "".join(
        f"<p style='margin: 3px 0px'><b>{escape(cause.name.capitalize())}.</b> "
        f"{escape(cause.evidence)}</p><p style='margin: 3px 0px'>→ {_here(cause.remedy)}</p>"
        for cause in causes
    )


def _here(remedy: str) -> str:
    """Name the widget in place of the command that does the same."""
    return escape(remedy).replace("`shift-unet probe`", "<i>Probe network</i>")
