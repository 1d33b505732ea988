"""The command line: one command is one configuration, one call of the core and a progress bar."""

import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError
from pydantic import ValidationError

from ..errors import ShiftUNetError, complaint
from . import (
    audit,
    compare,
    demo,
    evaluate,
    models,
    plan,
    probe,
    prompt,
    repair,
    reproduce,
    sample,
    segment,
    sweep,
    train,
)
from .console import PROGRAM, note, warnings_as_notes
from .options import join_numbers

FAILED, INTERRUPTED = 2, 130


def _version() -> str:
    from .. import __version__

    return __version__


app = App(
    name=PROGRAM,
    help="Segment large images tile by tile without seams.",
    version=_version,
    suppress_keyboard_interrupt=False,
)
app.command(segment.segment)
app.command(prompt.prompt)
app.command(plan.plan, usage="Usage: shift-unet plan [OPTIONS] Y X | Z Y X")
app.command(models.models)
app.command(probe.probe)
app.command(train.train)
app.command(evaluate.evaluate)
app.command(compare.compare)
app.command(sweep.sweep)
app.command(reproduce.reproduce)
app.command(audit.audit)
app.command(repair.repair)
app.command(sample.sample)
app.command(demo.demo)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0, 2 for an error in one line, 130 if interrupted."""
    tokens = join_numbers(sys.argv[1:] if arguments is None else arguments)
    try:
        with warnings_as_notes():
            code = app(tokens, exit_on_error=False, print_error=False, result_action="return_value")
    except (CycloptsError, ShiftUNetError) as error:
        return _fail(str(error))
    except ValidationError as error:
        return _fail(complaint(error))
    except OSError as error:
        return _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    except MemoryError:
        return _fail("memory ran out. Use smaller tiles or a part of the image.")
    except KeyboardInterrupt:
        note("interrupted")
        return INTERRUPTED
    return code if isinstance(code, int) else 0


def _fail(text: str) -> int:
    note(text)
    return FAILED
