import os
import subprocess
import sys
from pathlib import Path

import pytest

from napari_shift_unet import __version__, cli

COMMANDS = ("segment", "plan", "models", "train", "evaluate", "demo")
PROGRAM = Path(sys.executable).with_name("shift-unet")


def _run(*arguments, **environment):
    return subprocess.run(
        [PROGRAM, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


def test_version(shift_unet):
    assert shift_unet("--version").out.strip() == __version__


def test_help_names_every_command(shift_unet):
    for arguments in ((), ("--help",)):
        ran = shift_unet(*arguments)
        assert (ran.code, ran.err) == (0, "")
        assert all(command in ran.out for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_has_help(shift_unet, command):
    ran = shift_unet(command, "--help")
    assert ran.code == 0
    app = cli.app[command]
    for argument in app.assemble_argument_collection(parse_docstring=True):
        assert argument.parameter.help, f"{command} {argument.name} has no help"
        assert argument.name in ran.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("segmnt",), 'Unknown command "segmnt"'),
        (("plan", 1, 2, "--bogus", 3), "Unknown option"),
        (("plan", "a", "b"), 'unable to convert "a" into int'),
        (("segment", "a.tif"), "--output"),
        (("segment", "--output", "out"), "IMAGE"),
        (("segment", "a.tif", "b.tif", "--output", "out"), "b.tif"),
        (("segment", "a.tif", "--output", "out", "--precision", "int8"), "int8"),
        (("models", "--json", "extra"), "extra"),
    ],
)
def test_usage_errors_take_one_line(shift_unet, arguments, message):
    assert message in shift_unet(*arguments).error


@pytest.mark.parametrize(
    ("raised", "code", "line"),
    [
        (KeyboardInterrupt(), 130, "shift-unet: interrupted\n"),
        (
            PermissionError(13, "Permission denied", "x.tif"),
            2,
            "shift-unet: x.tif: Permission denied\n",
        ),
        (OSError("odd"), 2, "shift-unet: odd\n"),
        (
            MemoryError(),
            2,
            "shift-unet: memory ran out. Use smaller tiles or a part of the image.\n",
        ),
    ],
)
def test_no_failure_shows_a_traceback(shift_unet, monkeypatch, raised, code, line):
    def fail():
        raise raised

    monkeypatch.setattr("napari_shift_unet.cli.models.list_models", fail)
    ran = shift_unet("models")
    assert (ran.code, ran.out, ran.err) == (code, "", line)


def test_the_installed_program_runs():
    ran = _run("--version")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"{__version__}\n", "")
    ran = _run("plan", 512, "--model", "nowhere.safetensors")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("shift-unet: nowhere.safetensors does not exist;")


@pytest.mark.parametrize("arguments", [["--help"], ["models"], ["plan", "520", "696"]])
def test_what_computes_nothing_does_not_wait_for_torch(model, arguments):
    if arguments[0] == "plan":
        arguments = [*arguments, "--model", str(model)]
    code = (
        "import sys; from napari_shift_unet.cli import main; "
        f"assert main({arguments}) == 0; assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
