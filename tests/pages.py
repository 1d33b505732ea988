"""The blocks of commands and code on the pages of README and docs."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
SHELLS = ("sh", "powershell")
NEEDS = "# needs "
"""Begins a block that is not run: the data, the time or the network that it needs are not there."""

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, and the line of its page on which it begins."""

    language: str
    text: str
    line: int

    @property
    def runs(self) -> bool:
        """Whether it can be run as it stands, in a folder with what `shift-unet sample` writes."""
        return not self.text.startswith(NEEDS)

    @property
    def commands(self) -> list[list[str]]:
        """Words of each command of a shell block, comments left out."""
        lines = (line.partition("#")[0].split() for line in self.text.splitlines())
        return [words for words in lines if words]


def blocks_of(page: Path, *languages: str) -> list[Block]:
    """Return the blocks of a page that are of one of these languages."""
    text = page.read_text("utf-8")
    return [
        Block(found[1], found[2], text.count("\n", 0, found.start()) + 2)
        for found in _BLOCK.finditer(text)
        if found[1] in languages
    ]
