#!/usr/bin/env bash
# Run a command that opens windows: on the user's screen, else on a virtual one.
set -euo pipefail

if [ "$(uname)" != Linux ] || [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    exec "$@"
fi
if ! command -v xvfb-run >/dev/null; then
    echo "napari-shift-unet: there is no screen and no xvfb-run; install xvfb and xauth" >&2
    exit 1
fi
# A program that would wait for its user to close the window must know that nobody sees it.
export SHIFT_UNET_VIRTUAL_SCREEN=1
exec xvfb-run -a -s "-screen 0 1600x1000x24" "$@"
