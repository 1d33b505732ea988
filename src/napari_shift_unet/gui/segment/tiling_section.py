"""The section in which tiles are chosen, judged and forecast before anything runs."""

from math import prod
from typing import Literal

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QCheckBox, QLabel, QWidget

from ...errors import InputError
from ...geometry import TilePlan, mended_crop, plan_tiles
from ..canvas.grid import STYLES
from ..canvas.target import CONTEXT, LATTICE, TILES
from ..controls.locking import Lock
from ..controls.parts import ERROR, GOOD, WARNING, Form, Notice, hint, line_icon, on_one_line
from ..controls.size_edit import SizeEdit
from ..controls.wording import bytes_text, count_text, legal_text, seconds_text, sizes_text
from .task import Size, Task

BYTES_PER_VALUE = 4
NO_TASK = "Choose an image and a model first."
ONE_TILE = "One tile"
LAYER_BYTES = 11
"""Per pixel, of the layers that show a result: colours, foreground and labels."""


class TilingSection(QWidget):
    """Output window and crop, whether they leave seams and why, and what they cost."""

    changed = Signal()
    """The plan is another one, or there is none any more."""
    show_toggled = Signal(str, bool)
    """A kind of lines is to be shown over the image, or not."""

    def __init__(self) -> None:
        super().__init__()
        self.plan: TilePlan | None = None
        self._task: Task | None = None
        self._seconds_per_work: float | None = None
        self._memory: int | None = None
        self._create()
        self._lay_out()
        self._connect()
        self._lock = Lock((self,), NO_TASK)
        self.set_task(None)

    def _create(self) -> None:
        self.window_edit = SizeEdit(
            "Output window",
            "Size in px that the network returns for one tile. The arrows step over the sizes\n"
            "that it can return; any other one is cut out of the next larger. Default: auto",
            "Take the window that costs least computing and fits 512 MB. Default: on",
        )
        self.crop_edit = SizeEdit(
            "Crop",
            "Part in px that is kept of each output window. The arrows step over multiples of the\n"
            "network's period, which leave no seams; any other number can be typed. Default: auto",
            "Keep the largest seam-free part of the window. Default: on",
        )
        self.per_axis = QCheckBox("size per axis")
        self.per_axis.setToolTip("Choose a size for each axis. Default: off in 2D, on in 3D")
        self.reads = hint()
        self.reads.setToolTip("The output window and the context around it")
        self.verdict = Notice()
        self.forecast = QLabel()
        self.forecast.setWordWrap(True)
        self.forecast.setToolTip(
            "Computing is compared with that of each pixel of each layer computed once;\n"
            "memory is image, result, its layers and the pass of one tile; time is that of an\n"
            "earlier run"
        )
        self.show_boxes = {kind: QCheckBox(kind) for kind in (TILES, LATTICE, CONTEXT)}
        for kind, box in self.show_boxes.items():
            box.setIcon(line_icon(STYLES[kind].colour, dashed=kind == CONTEXT))
        self.show_boxes[TILES].setToolTip(
            "Draw the borders at which kept parts meet, over the image. Default: on"
        )
        self.show_boxes[LATTICE].setToolTip(
            "Draw the lattice of the network's period, over the image. Default: on"
        )
        self.show_boxes[CONTEXT].setToolTip(
            "Frame the tile under the cursor: what it writes, and in dashes what it reads.\n"
            "Default: off"
        )

    def _lay_out(self) -> None:
        form = Form(self)
        form.add("Window", self.window_edit)
        form.add("Crop to", self.crop_edit)
        form.addRow(on_one_line(self.reads, self.per_axis, stretch=0))
        form.addRow(self.verdict)
        form.addRow(self.forecast)
        form.addRow(on_one_line(*self.show_boxes.values()))

    def _connect(self) -> None:
        self.window_edit.changed.connect(self._update)
        self.crop_edit.changed.connect(self._update)
        self.per_axis.toggled.connect(self._on_per_axis)
        self.verdict.mended.connect(self._on_mend)
        for kind, box in self.show_boxes.items():
            box.toggled.connect(lambda on, kind=kind: self.show_toggled.emit(kind, on))

    def set_task(self, task: Task | None, reason: str = "") -> None:
        """Tile another image, or use another network.

        Parameters
        ----------
        task
            What is tiled; `None` if nothing can be.
        reason
            Why nothing can be tiled.
        """
        other_axes = task is not None and (self._task is None or self._task.axes != task.axes)
        self._task = task
        self._lock.set(task is None, reason)
        if task is not None:
            footprint = task.footprint
            self.window_edit.set_steps(
                footprint.window_at_least(footprint.period), footprint.window_step
            )
            self.crop_edit.set_steps(footprint.period, footprint.period)
            if other_axes:
                differ = len(task.axes) == 3 or len(set(footprint.period)) > 1
                self.per_axis.setChecked(differ)
                self._on_per_axis()
        self._update()

    def set_speed(self, seconds_per_work: float | None) -> None:
        """Say how long an earlier run took, in seconds per unit of `Footprint.work`."""
        self._seconds_per_work = seconds_per_work
        self._forecast()

    def set_memory(self, memory: int | None) -> None:
        """Say what a run may take that works chunk by chunk, in bytes; `None` if none does."""
        self._memory = memory
        self._forecast()

    def tile(self) -> Size | None:
        """Return the wanted output window per axis in px; `None` for auto."""
        return self.window_edit.value()

    def crop(self) -> Size | Literal["auto"]:
        """Return the wanted crop per axis in px, or "auto"."""
        return self.crop_edit.value() or "auto"

    def _update(self) -> None:
        self.plan = None
        if self._task is not None:
            try:
                self.plan = plan_tiles(
                    self._task.shape, self._task.footprint, self.tile(), self.crop()
                )
            except InputError as error:
                self._refuse(str(error))
            else:
                self._judge(self.plan)
        else:
            self.verdict.clear()
            self.reads.setText("")
            self.window_edit.show_nothing()
            self.crop_edit.show_nothing()
        self._forecast()
        self.changed.emit()

    def _judge(self, plan: TilePlan) -> None:
        returns = ""
        if self.window_edit.value() is None:
            self.window_edit.show_chosen(plan.output_window)
        elif plan.output_window != self.window_edit.value():
            returns = f", returns {sizes_text(plan.output_window)}"
        if self.crop_edit.value() is None:
            self.crop_edit.show_chosen(plan.crop)
        self.reads.setText(f"reads {sizes_text(plan.input_size)}{returns}")
        if not plan.legal:
            causes = "; ".join(plan.reasons)
            self.verdict.say(f"Seams expected: {causes}.", WARNING, *self._mending(plan))
        elif len(plan) == 1:
            self.verdict.say("Seam-free: one tile holds the whole image.", GOOD)
        else:
            self.verdict.say(f"Seam-free: {legal_text(plan)}.", GOOD)

    def _refuse(self, text: str) -> None:
        self.reads.setText("")
        largest = sizes_text(self._largest_legal_crop(), unit="")
        self.verdict.say(text, ERROR, f"Use {largest}", "Crop to the largest seam-free size")

    def _mending(self, plan: TilePlan) -> tuple[str, str]:
        """Return the text of a button that mends a plan with seams, and what it does."""
        if plan.footprint.flaws:
            return ONE_TILE, "Take the whole image as one tile, as far as the memory allows"
        mended = zip(mended_crop(plan), plan.exact_axes, strict=True)
        changed = dict.fromkeys(size for size, exact in mended if not exact)
        return f"Use {', '.join(map(str, changed))}", "Crop to the nearest seam-free size"

    def _on_mend(self) -> None:
        plan = self.plan
        whole = plan is not None and bool(plan.footprint.flaws)
        if plan is None:
            crop = self._largest_legal_crop()
        else:
            crop = plan.shape if whole else mended_crop(plan)
        if len(set(crop)) > 1:
            self.per_axis.setChecked(True)
        if whole:
            self.window_edit.choose(crop)
        self.crop_edit.choose(crop)

    def _largest_legal_crop(self) -> Size:
        if self._task is None:
            return ()
        footprint = self._task.footprint
        wanted = map(max, self.window_edit.sizes(), footprint.period)
        limits = footprint.legal_crops(footprint.window_at_least(tuple(wanted)))
        return tuple(limit[-1] for limit in limits)

    def _on_per_axis(self) -> None:
        if self._task is None:
            return
        for edit in (self.window_edit, self.crop_edit):
            edit.set_axes(self._task.axes, per_axis=self.per_axis.isChecked())
        self._update()

    def _forecast(self) -> None:
        plan, task = self.plan, self._task
        if plan is None or task is None:
            self.forecast.hide()
            return
        memory = plan.peak_memory_bytes(task.out_channels, task.in_channels) + prod(task.shape) * (
            (task.planes - 1) * task.out_channels * BYTES_PER_VALUE + task.planes * LAYER_BYTES
        )
        parts = [
            count_text(len(plan), "tile") + (f" × {task.planes} planes" if task.planes > 1 else ""),
            f"{plan.redundancy:.1f}× computing",
            bytes_text(memory if self._memory is None else min(memory, self._memory)),
        ]
        if self._seconds_per_work is not None:
            work = len(plan) * task.planes * plan.footprint.work(plan.output_window)
            parts.append(f"about {seconds_text(work * self._seconds_per_work)}")
        self.forecast.setText(" · ".join(parts))
        self.forecast.show()
