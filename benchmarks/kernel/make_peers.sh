#!/bin/sh
# Make each peer its own virtual environment under benchmarks/.venvs, from the pinned
# versions in requirements/. What is there already and unchanged is left alone.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3.11}
for pinned in "$here"/requirements/*.txt; do
    peer=$(basename "$pinned" .txt)
    venv=$here/../.venvs/$peer
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
