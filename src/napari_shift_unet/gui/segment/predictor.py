"""Runs predictions for the widget, one at a time."""

from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from napari.layers import Image as ImageLayer
from napari.utils.notifications import show_warning
from qtpy.QtCore import QObject, Signal

from ...images import Image
from ..controls.wording import count_text
from ..jobs import Jobs
from ..layers import full_resolution
from ..listening import Connections
from .session import Session
from .work import Predicted, predict_image

if TYPE_CHECKING:
    from pathlib import Path

    from ...networks import Model

REMOVED = "The image was removed; its prediction is cancelled."
EDITED = (
    "The image was edited while it was predicted: the result belongs to its pixels of before. "
    "Predict again for those of now."
)
HELD_BYTES = 2**31
"""Images up to this size are copied for a prediction; the embedding is several times as large."""
REPLACED = "The image got other pixels; its prediction is cancelled. Predict again."


@dataclass(frozen=True)
class Request:
    """What to predict: values that a thread may use, and the layer that they are of."""

    layer: ImageLayer
    image: Image
    model: "str | Path | Model"
    settings: dict[str, Any]


class Predictor(QObject):
    """One prediction at a time, cancelled when its image goes away under it."""

    started = Signal(str)
    """A sentence on what runs now, and where."""
    stepped = Signal(int, int, float)
    """Tiles done, tiles in all, seconds left."""
    backed_off = Signal(str, object)
    """A sentence on what happened, and the plan that is used now."""
    predicted = Signal(object, object)
    """What came out, a `Predicted`, and the image layer that it is of."""
    cancelled = Signal(str)
    """A sentence that says why; empty if the user asked for it."""
    errored = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.jobs = Jobs()
        self._session = session
        self._request: Request | None = None
        self._reason = ""
        self._began = 0.0
        self._seconds_per_tile: float | None = None
        self._listening = Connections()
        self.jobs.yielded.connect(self._on_yielded)
        self.jobs.returned.connect(self._on_returned)
        self.jobs.cancelled.connect(self._on_cancelled)
        self.jobs.errored.connect(self._on_errored)

    @property
    def busy(self) -> bool:
        """Whether a prediction runs."""
        return self.jobs.busy

    @property
    def seconds_per_tile(self) -> float | None:
        """Pace of the last prediction after its first tile, which warms up; `None` without more."""
        return self._seconds_per_tile

    def start(self, request: Request) -> None:
        """Predict the pixels of now; nothing happens while another prediction runs."""
        if self.busy:
            return
        request = replace(request, image=_held(request.image))
        self._request, self._reason = request, ""
        self._listening.connect(self._on_layer_removed, self._session.viewer.layers.events.removed)
        self._listening.connect(self._on_replaced, request.layer.events.data)
        self.jobs.start(predict_image(request.image, request.model, request.settings))

    def cancel(self) -> None:
        """Stop within one tile."""
        self.jobs.cancel()

    def close_down(self) -> None:
        """Stop, and wait until the thread has ended."""
        self._listening.cut()
        self.jobs.close()

    def _on_yielded(self, event: object) -> None:
        from ...prediction import (  # the job has imported torch
            BackedOff,
            Checked,
            Started,
            TileDone,
        )

        if isinstance(event, Started):
            tiles = count_text(len(event.plan) * event.planes, "tile")
            self.started.emit(f"Predicting {tiles} on {event.device}")
        elif isinstance(event, TileDone):
            self._measure(event.done)
            self.stepped.emit(event.done, event.total, event.seconds_left)
        elif isinstance(event, BackedOff):
            self.backed_off.emit(str(event), event.plan)
        elif isinstance(event, Checked):
            windows = f"{event.done} of {count_text(event.total, 'window')}"
            self.started.emit(f"Checking where tiles meet: {windows}")

    def _measure(self, done: int) -> None:
        now = perf_counter()
        if done == 1:
            self._began, self._seconds_per_tile = now, None
        else:
            self._seconds_per_tile = (now - self._began) / (done - 1)

    def _on_returned(self, result: Predicted) -> None:
        request = self._end()
        if request is not None:
            self.predicted.emit(result, request.layer)
            if _is_edited(request):
                show_warning(EDITED)

    def _on_cancelled(self) -> None:
        self._end()
        self.cancelled.emit(self._reason)

    def _on_errored(self, error: Exception) -> None:
        self._end()
        self.errored.emit(error)

    def _end(self) -> Request | None:
        self._listening.cut()
        request, self._request = self._request, None
        return request

    def _on_layer_removed(self, event: Any) -> None:
        if self._request is not None and event.value is self._request.layer:
            self._stop(REMOVED)

    def _on_replaced(self) -> None:
        self._stop(REPLACED)

    def _stop(self, reason: str) -> None:
        self._reason = reason
        self.jobs.cancel()


def _held(image: Image) -> Image:
    """Copy pixels in memory, so that nobody can paint on them while a thread reads them."""
    data = image.data
    if type(data) is not np.ndarray or data.nbytes > HELD_BYTES:
        return image
    return replace(image, data=data.copy())


def _is_edited(request: Request) -> bool:
    """Whether the layer has other pixels than those that were predicted."""
    held, now = request.image.data, full_resolution(request.layer)
    return type(held) is np.ndarray and held is not now and not np.array_equal(held, now)
