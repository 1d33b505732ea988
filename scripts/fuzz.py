"""Run the fuzz tests of tests/fuzz for long: half of the inputs from hypothesis, half by atheris.

Atheris looks for inputs that reach new lines of the program; where it is not installed hypothesis
draws all of them. Every function runs in a process of its own, so that one that dies is told too.
"""

import argparse
import faulthandler
import importlib.util
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType
from typing import Any

TESTS = Path(__file__).resolve().parents[1] / "tests"
HUNG_S = 60
"""A process that is silent in one input for so long is ended, with its traceback."""
INSTRUMENTED = ["napari_shift_unet", "tifffile", "zipfile", "PIL"]
"""Not yaml, which would take 15 times as long as it does."""
SEED_BYTES = (50, 200, 1000, 4000)


def main() -> int:
    """Share the inputs out among all functions, and tell what became of each."""
    arguments = _arguments()
    if arguments.one:
        _run_one(arguments.one, arguments.engine, arguments.inputs)
        return 0
    targets = [name for name in _targets() if arguments.only in name]
    engines = ["hypothesis"] + ["atheris"] * (importlib.util.find_spec("atheris") is not None)
    share = -(-arguments.inputs // (len(targets) * len(engines)))
    failed, start = [], time.perf_counter()
    for target in targets:
        for engine in engines:
            command = [sys.executable, __file__, "--one", target, "--engine", engine]
            begun = time.perf_counter()
            ended = subprocess.run(
                [*command, "--inputs", str(share)],
                capture_output=True,
                text=True,
                errors="replace",
                cwd=tempfile.gettempdir(),
                check=False,
            )
            verdict = "ok" if ended.returncode == 0 else f"FAILED ({ended.returncode})"
            seconds = time.perf_counter() - begun
            print(f"{target:45} {engine:10} {share:7} inputs {seconds:6.0f} s  {verdict}")
            sys.stdout.flush()
            if ended.returncode:
                failed.append(target)
                print((ended.stdout + ended.stderr)[-6000:])
    total = share * len(targets) * len(engines)
    print(f"{total:,} inputs in {time.perf_counter() - start:.0f} s, {len(failed)} failures")
    return bool(failed)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=100_000, help="inputs altogether")
    parser.add_argument("--only", default="", help="part of the names of the functions to run")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--engine", default="hypothesis", help=argparse.SUPPRESS)
    return parser.parse_args()


def _targets() -> list[str]:
    """Name every fuzzed function as file:function."""
    found = []
    for path in sorted((TESTS / "fuzz").glob("test_*.py")):
        lines = path.read_text(encoding="utf-8").splitlines()
        names = [line[4 : line.index("(")] for line in lines if line.startswith("def test_")]
        found += [f"{path.stem}:{name}" for name in names]
    return found


def _run_one(target: str, engine: str, inputs: int) -> None:
    os.environ["OMP_NUM_THREADS"] = "1"
    sys.path.insert(0, str(TESTS))
    if engine == "atheris":
        import atheris

        with atheris.instrument_imports(include=INSTRUMENTED):
            function = _function(target)
        _watch()
        _search(atheris, function, inputs)
        return
    from hypothesis import Phase, settings

    import fuzzing

    phases = [Phase.explicit, Phase.generate, Phase.shrink]
    fuzzing.fuzzed = settings(fuzzing.fuzzed, max_examples=inputs, phases=phases, database=None)
    function = _function(target)
    _watch()
    function()


def _function(target: str) -> Any:
    name, function = target.split(":")
    path = TESTS / "fuzz" / f"{name}.py"
    specification = importlib.util.spec_from_file_location(name, path)
    if specification is None or specification.loader is None:
        raise SystemExit(f"{path} cannot be imported.")
    module: ModuleType = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return getattr(module, function)


def _watch() -> None:
    """End the process with a traceback when one input takes far too long."""
    import fuzzing

    fuzzing.on_input = lambda: faulthandler.dump_traceback_later(HUNG_S, exit=True)


def _search(atheris: ModuleType, function: Any, inputs: int) -> None:
    """Let atheris choose the bytes that hypothesis draws from, until so many of them were valid."""
    one, valid = function.hypothesis.fuzz_one_input, 0

    def run(content: bytes) -> None:
        nonlocal valid
        valid += one(content) is not None
        if valid >= inputs:
            os._exit(0)

    with tempfile.TemporaryDirectory(prefix="fuzz-corpus-") as corpus:
        for number in range(40):
            content = random.Random(number).randbytes(random.Random(number).choice(SEED_BYTES))
            Path(corpus, str(number)).write_bytes(content)
        options = [f"-timeout={HUNG_S}", "-max_len=8192", "-rss_limit_mb=8192", "-verbosity=0"]
        atheris.Setup([sys.argv[0], f"-runs={20 * inputs}", *options, corpus], run)
        atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
