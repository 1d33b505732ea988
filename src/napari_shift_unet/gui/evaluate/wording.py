"""What Evaluate says, and in which colours."""

from ...evaluation import Counts
from ...evaluation.findings import FindingKind
from ...evaluation.outcomes import Outcome
from ...evaluation.scores import numbers
from ...evaluation.side_by_side import Row
from ..objects.labels_pair import PairWords
from ..objects.pair_dock import Words

A, B = "labels", "truth"
COLOURS: dict[FindingKind, str] = {
    Outcome.MERGED: "#56b4e9",
    Outcome.SPLIT: "#d55e00",
    Outcome.MISSED: "#cc79a7",
    Outcome.EXTRA: "#f0e442",
    Outcome.TRUE: "#009e73",
}
"""Okabe and Ito's, which colour-blind people can tell apart."""
MEANING: dict[FindingKind, str] = {
    Outcome.MERGED: "One predicted object has an IoU above 0.1 with several true ones.",
    Outcome.SPLIT: "One true object has an IoU above 0.1 with several predicted ones.",
    Outcome.MISSED: "A true object matches no predicted one at an IoU of 0.5.",
    Outcome.EXTRA: "A predicted object matches no true one at an IoU of 0.5.",
    Outcome.TRUE: "A predicted object and a true one match at an IoU of 0.5.",
}
PAIR = PairWords(
    names=("Labels", "Truth"),
    tooltips=(
        "Labels to be judged: of a run, a file or another tool. Default: those of the last run",
        "What a person annotated; where it is negative nobody has annotated.\n"
        "Default: what is called truth, annotation or the like",
    ),
    missing="Predict an image or open labels first.",
    only_one="There is one Labels layer only; open the truth of the image too.",
    same="The labels are the truth itself; choose another layer.",
    shapes="The labels are {} px and the truth {} px; choose two layers of one image.",
)
WORDS = Words(
    layer="outcomes",
    section="Objects",
    button="Evaluate",
    empty=(
        "Open two label images of one image: labels of any program, and the truth that a person "
        "annotated. You see which objects are split, merged, missed or extra, and the scores."
    ),
    ready="Compare the labels with the truth.",
    working="evaluating …",
    outdated="The labels have changed; evaluate again.",
    a=A,
    b=B,
)
NOTHING = "Evaluate; then the scores stand here."
NUMBER_MEANING = {
    "AP 0.5": "TP / (TP + FP + FN); a match needs an IoU of 0.5",
    "AP 0.75": "TP / (TP + FP + FN); a match needs an IoU of 0.75",
    "F1 0.5": "2 TP / (2 TP + FP + FN); a match needs an IoU of 0.5",
    "panoptic quality": "Sum of the IoU of the matches / (TP + FP / 2 + FN / 2), at 0.5",
    "false splits": "True objects with several predicted ones, each at an IoU above 0.1",
    "false merges": "Predicted objects with several true ones, each at an IoU above 0.1",
    "distant merges": "False merges whose true objects do not all touch",
    "true objects": "Objects of the truth",
    "found objects": "Predicted objects, apart from those where nobody has annotated",
}


def score_rows(everywhere: Counts, at_seams: Counts | None) -> list[Row]:
    """Return the scores everywhere, and at seams where there are any."""
    nothing = [""] * len(NUMBER_MEANING)
    columns = [nothing if counts is None else _texts(counts) for counts in (everywhere, at_seams)]
    return [Row(*texts) for texts in zip(NUMBER_MEANING, *columns, strict=True)]


def _texts(counts: Counts) -> list[str]:
    found = numbers(counts)
    shares = found["ap"]["0.5"], found["ap"]["0.75"], found["f1"]["0.5"], found["panoptic_quality"]
    keys = ("false_splits", "false_merges", "distant_false_merges", "objects", "found")
    return [f"{share:.3f}" for share in shares] + [f"{found[key]:,}" for key in keys]
