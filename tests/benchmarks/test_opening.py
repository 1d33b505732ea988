import re
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).parents[2] / "benchmarks" / "opening.py"


def test_a_widget_that_opens_has_its_times(qapp):  # which sees to a screen
    command = [sys.executable, str(PROGRAM), "--processes", "1", "--only", "Settings"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    row = re.search(r"^\| Settings \| (.+) \|$", told.stdout, re.MULTILINE)
    assert row, told.stdout
    times = [float(cell) for cell in row[1].split(" | ")[:4]]
    assert times[0] == times[1] > 0
    assert times[2] == times[3] > 0
