"""What a repair with the network would do to labels, told before it runs."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...errors import InputError
from ...geometry import TilePlan, mended_plan, plan_tiles
from .inspection import Subject

if TYPE_CHECKING:
    from ...networks import ModelConfig

LAWFUL = "the run keeps to the network's lattice: there is no seam to repair."
PROMPTED = "the labels were made of boxes and clicks; merge the pairs, or prompt again in Segment."
NO_MODEL = "choose the model that is to predict again."


def plan_repair(subject: Subject, facts: Mapping[str, Any], card: "ModelConfig | None") -> TilePlan:
    """Return the tiles without seams that labels would be predicted again with.

    Parameters
    ----------
    subject
        The labels; where their run is in memory, it is that which is mended.
    facts
        What they say of their run; empty if nothing.
    card
        Of the model that is chosen, for labels whose run is not in memory.

    Raises
    ------
    InputError
        If nothing can, or has to, be predicted again.
    """
    if "prompts" in facts:
        raise InputError(PROMPTED)
    if subject.run is not None:
        plan: TilePlan = subject.run.embedded.prediction.plan
        known = True
    elif card is None:
        raise InputError(NO_MODEL)
    else:
        letters = subject.axes.letters
        space = "zyx"[-card.spec.ndim :]
        if not set(space) <= set(letters):
            raise InputError(
                f"the labels have the axes {letters} and the model predicts {space}. Choose "
                "another model."
            )
        shape = subject.stack.shape[-len(space) :]
        known = "tile" in facts and "crop" in facts
        sizes = (facts["tile"], facts["crop"]) if known else (None, "auto")
        plan = plan_tiles(shape, card.spec.footprint, *sizes)
    if known and plan.legal:
        raise InputError(LAWFUL)
    return mended_plan(plan)
