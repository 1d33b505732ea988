#!/usr/bin/env bash
# Install the package as a user does, in a clean environment, and open the widget from there.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
venv=$(mktemp -d)
trap 'rm -rf "$venv"' EXIT

.venv/bin/python -m venv "$venv"
"$venv/bin/pip" install --quiet --progress-bar off --disable-pip-version-check --no-input \
    -c constraints.txt '.[all]'
# Away from the repository, so that only the installed package can be found.
cd "$venv"
bin/npe2 validate napari-shift-unet
bin/shift-unet --version
NAPARI_CONFIG= "$root/scripts/on_a_screen.sh" bin/python "$root/scripts/open_widget.py"
