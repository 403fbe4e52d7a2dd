#!/usr/bin/env bash
# Makes a clean environment with the wheel that scripts/wheel.sh built and the packages of bindings-python/tests/requirements.txt,
# and prints its folder. The source tree is nowhere in it. Quick where it is there.
set -euo pipefail
cd "$(dirname "$0")/.."
cache="${XDG_CACHE_HOME:-$HOME/.cache}/cspm"
venv="$cache/wheel-venv"
wanted=bindings-python/tests/requirements.txt
wheel=$(ls "${1:-$cache/dist}"/cspm-*.whl) || { echo "there is no wheel: run scripts/wheel.sh" >&2; exit 1; }

if ! cmp -s "$venv/.requirements" "$wanted" || ! "$venv/bin/python" -c '' 2>/dev/null; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$wanted"
  cp "$wanted" "$venv/.requirements"
fi
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-index --force-reinstall "$wheel"
echo "$venv"
