#!/bin/sh
# Make the peers of a suite their own virtual environments under .venvs, from the pinned
# versions in the suite's requirements/. What is there already and unchanged is left alone.
#
#     make_peers.sh SUITE
set -eu
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3.11}
for pinned in "$here/$1"/requirements/*.txt; do
    peer=$(basename "$pinned" .txt)
    venv=$here/.venvs/$peer
    if cmp -s "$pinned" "$venv/made-from.txt"; then
        continue
    fi
    echo "making the environment of $peer" >&2
    rm -rf "$venv"
    "$python" -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
        --requirement "$pinned" >&2
    cp "$pinned" "$venv/made-from.txt"
done
