#!/usr/bin/env bash
# Make everything that the project needs: system libraries and .venv. Quick when nothing has changed.
set -euo pipefail
cd "$(dirname "$0")/.."

# What Qt 6, OpenGL in software and a virtual screen need on Debian and Ubuntu.
SYSTEM_PACKAGES="xvfb xauth libegl1 libgl1 libopengl0 libgl1-mesa-dri libxkbcommon-x11-0
    libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0
    libxcb-shape0 libxcb-xkb1 libdbus-1-3 libfontconfig1 libglib2.0-0 fonts-dejavu-core"

say() { echo "napari-shift-unet: $*" >&2; }
fail() { say "$*"; exit 1; }

find_python() {
    local candidate
    for candidate in "${PYTHON:-python3}" python3 python3.13 python3.12 python3.11 python3.14; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    fail "needs Python 3.11 or newer, found $(python3 --version 2>/dev/null || echo none);" \
        "install one, or name it: make PYTHON=/path/to/python3"
}

# Newer releases have renamed some libraries to NAMEt64.
is_installed() {
    [[ " $(dpkg-query -W -f '${db:Status-Status} ' "$1" "$1t64" 2>/dev/null)" == *" installed "* ]]
}

install_missing() {
    command -v dpkg-query >/dev/null || return 0
    local package missing=() sudo=()
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        sudo=(sudo -n)
        "${sudo[@]}" true 2>/dev/null ||
            fail "system packages are missing; run: sudo apt-get install ${missing[*]}"
    fi
    say "installing system packages: ${missing[*]}"
    local apt=("${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq)
    { "${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends "${missing[@]}"; } \
        </dev/null >&2 || fail "apt-get failed; install these and try again: ${missing[*]}"
}

make_venv() {
    local python version
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        install_missing "python$version-venv"
        "$python" -c 'import ensurepip, venv' 2>/dev/null ||
            fail "$python has no module venv; install it (Debian, Ubuntu: python$version-venv)"
    fi
    "$python" -m venv --clear .venv
}

# A moved folder breaks a .venv, so its place counts too.
fingerprint() { { pwd -P; cat pyproject.toml constraints.txt; } | cksum; }

if ! .venv/bin/python -c '' 2>/dev/null; then
    make_venv
fi
# shellcheck disable=SC2086
install_missing $SYSTEM_PACKAGES
stamp=.venv/installed
if [ "$(cat "$stamp" 2>/dev/null)" != "$(fingerprint)" ]; then
    say "installing into .venv; the first time this takes some minutes"
    .venv/bin/python -m pip install --quiet --progress-bar off --disable-pip-version-check \
        --no-input -c constraints.txt -e '.[all,docs,test]' </dev/null >&2 ||
        fail "pip could not install the project; its message is above"
    fingerprint >"$stamp"
fi
