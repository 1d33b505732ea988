"""What a folder says of a large run, at a glance: nothing that computes is imported for it."""

from pathlib import Path

UNFINISHED = ".unfinished"
"""Hidden folder of what is done so far, in the folder of the results."""
JOB = "job.json"


def holds_unfinished(folder: Path) -> bool:
    """Whether there is an unfinished run to go on with."""
    return (folder / UNFINISHED / JOB).is_file()
