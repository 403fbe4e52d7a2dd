#!/usr/bin/env bash
# Makes the Python environment of the tests, with exactly the packages of tests/requirements.txt. Quick where it is there.
set -euo pipefail
cd "$(dirname "$0")/.."
venv="${XDG_CACHE_HOME:-$HOME/.cache}/cspm/venv"
wanted=tests/requirements.txt
marker="$venv/.requirements"

if [ -f "$marker" ] && cmp -s "$marker" "$wanted" && "$venv/bin/python" -c '' 2>/dev/null; then
  exit 0
fi
if ! "$venv/bin/python" -c '' 2>/dev/null; then
  rm -rf "$venv"
  mkdir -p "$(dirname "$venv")"
  python3 -m venv "$venv" || {
    echo "python3 cannot make an environment: install Python 3.11 or later with venv (Debian: apt-get install python3-venv)" >&2
    exit 1
  }
fi
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$wanted"
cp "$wanted" "$marker"
