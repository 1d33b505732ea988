"""What the fuzz tests share: damaged files, documents with other values, and what may be raised."""

import json
import logging
import math
import struct
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from napari_shift_unet.errors import ShiftUNetError

try:
    import resource
except ImportError:  # Windows has no limits of this kind
    resource = None

PATIENCE_S = 10.0
SPARE_BYTES = 2**31
"""Memory that one input may take beyond what the process has: far above what any of them needs."""
DEEP = 5_000
"""Far beyond the depth to which Python follows a document."""

fuzzed = settings(
    deadline=None,
    max_examples=15,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
"""The short form, for the test suite; `make fuzz` runs the same functions for longer."""

EXTREMES = (0, 1, 2, 3, 127, 128, 255, 256, 2**15, 2**16 - 1, 2**24, 2**31 - 1, 2**31, 2**32 - 1)
WIDTHS = {1: "B", 2: "H", 4: "I", 8: "Q"}
TEXTS = st.text(max_size=12) | st.sampled_from(("", "nan", "inf", "-1", "1e999", "ⅷ", "\x00", "."))
NUMBERS = (
    st.integers(-2, 20)
    | st.sampled_from((*EXTREMES, -(2**31), 2**63, 2**64, 10**30))
    | st.floats()
    | st.sampled_from((math.nan, math.inf, -math.inf, -0.0, 5e-324, 1e308))
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
"""Whatever JSON can say."""


def on_input() -> None:
    """Do nothing; a longer run puts its own watch over the time in this place."""


@contextmanager
def own_errors_only() -> Iterator[None]:
    """Swallow the project's own errors; any other, a wait or a lot of memory fails the test."""
    logging.disable(logging.CRITICAL)  # tifffile tells all that it finds strange
    on_input()
    start, began = time.perf_counter(), time.process_time()
    try:
        with warnings.catch_warnings(), _little_memory():
            warnings.simplefilter("ignore")
            with suppress(ShiftUNetError):
                yield
    finally:
        logging.disable(logging.NOTSET)
    # On a busy machine both clocks mislead: one counts other programs, the other all threads.
    seconds = min(time.perf_counter() - start, time.process_time() - began)
    assert seconds < PATIENCE_S, f"this took {seconds:.0f} s"


@contextmanager
def folder() -> Iterator[Path]:
    """Give an empty folder for one input."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        yield Path(name)


@st.composite
def damaged(draw: st.DrawFn, originals: Sequence[bytes]) -> bytes:
    """One of the files, with a few bytes changed, cut off, repeated or put in."""
    content = bytearray(draw(st.sampled_from(originals)))
    for _ in range(draw(st.integers(1, 5))):
        near = min(len(content), 400)  # where most formats have their headers
        at = draw(st.integers(0, near) | st.integers(0, len(content)))
        kind = draw(st.sampled_from(("number", "number", "byte", "bytes", "cut", "repeat", "drop")))
        if kind == "number":
            width, order = draw(st.sampled_from(tuple(WIDTHS))), draw(st.sampled_from("<>"))
            value = draw(st.sampled_from(EXTREMES)) % 2 ** (8 * width)
            content[at : at + width] = struct.pack(order + WIDTHS[width], value)
        elif kind == "byte":
            content[at : at + 1] = bytes([draw(st.integers(0, 255))])
        elif kind == "bytes":
            content[at:at] = draw(st.binary(max_size=12))
        elif kind == "cut":
            del content[at:]
        else:
            stop = at + draw(st.integers(1, 200))
            content[at:stop] = content[at:stop] * 2 if kind == "repeat" else b""
    return bytes(content)


@st.composite
def twisted(draw: st.DrawFn, documents: Sequence[Any]) -> Any:
    """One of the documents (of JSON types), with some values replaced, removed or added."""
    document = deepcopy(draw(st.sampled_from(documents)))
    for _ in range(draw(st.integers(1, 3))):
        holder, key = None, None
        node = document
        while isinstance(node, dict | list) and node and (holder is None or draw(st.booleans())):
            keys = list(node) if isinstance(node, dict) else range(len(node))
            holder, key = node, draw(st.sampled_from(keys))
            node = holder[key]
        if holder is None:
            return draw(VALUES)
        kind = draw(st.sampled_from(("replace", "replace", "remove", "add")))
        if kind == "replace":
            holder[key] = draw(VALUES)
        elif kind == "remove":
            del holder[key]
        elif isinstance(holder, dict):
            holder[draw(TEXTS)] = draw(VALUES)
        else:
            holder.append(draw(VALUES))
    return document


def json_files(documents: Sequence[Any]) -> st.SearchStrategy[bytes]:
    """JSON files: twisted, damaged, or nested far too deep."""
    texts = [json.dumps(document).encode() for document in documents]
    nested = st.sampled_from((b"[", b'{"a":')).map(lambda start: start * DEEP)
    said = twisted(documents).map(lambda document: json.dumps(document).encode())
    return said | said | said | damaged(texts) | st.binary(max_size=40) | nested


@contextmanager
def _little_memory() -> Iterator[None]:
    """Let the process have no more than `SPARE_BYTES` beyond what it has now (on Linux)."""
    status = Path("/proc/self/statm")
    if resource is None or not status.exists():
        yield
        return
    has = int(status.read_text().split()[0]) * resource.getpagesize()
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (has + SPARE_BYTES, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
