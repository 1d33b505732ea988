"""Warnings that are nobody's business here."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def silent() -> Iterator[None]:
    """Keep to itself what foreign code, or torch about its older formats, warns of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
