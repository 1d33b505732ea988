"""The keys of all widgets, for the list of them; each widget binds its own while it is open."""

from .objects.show_row import FLIP_KEY
from .segment.pick import TOGGLE_KEY
from .segment.predict_bar import CANCEL_KEY, PREDICT_KEY
from .segment.prompt import KEYS as PROMPT_KEYS
from .segment.prompt_layers import BOXES, CLICKS

KEYS = {
    PREDICT_KEY: "Segment: predict",
    CANCEL_KEY: "Segment: cancel",
    TOGGLE_KEY: "Segment: pick objects, or stop",
    "Enter": "Segment, picking: make an object",
    "Shift-click": "Segment, picking: add to it",
    "Alt-click": "Segment, picking: cut",
    PROMPT_KEYS[BOXES]: "Segment: draw boxes, or stop",
    PROMPT_KEYS[CLICKS]: "Segment: click points, or stop",
    "n, p": "Inspect, reviewing: next, previous pair",
    "m, k, s": "Inspect, reviewing: merge, keep, split",
    FLIP_KEY: "Compare, Evaluate: flip outlines",
    "Escape": "end picking or reviewing",
    "Control-Z": "undo in a labels layer",
}
"""What each does, by the key as the tooltips spell it."""
