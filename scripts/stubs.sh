#!/usr/bin/env bash
# Writes the docstrings of the built wheel into the stubs of its native module; with --check says whether they are there, and
# whether the stubs are true: mypy.stubtest holds them against the wheel.
set -euo pipefail
cd "$(dirname "$0")/.."
cache="${XDG_CACHE_HOME:-$HOME/.cache}/cspm"
python="$cache/wheel-venv/bin/python"
"$python" -P scripts/stubs.py --ruff "$cache/venv/bin/ruff" "$@"
if [ "${1:-}" = --check ]; then
  "$python" -P -m mypy.stubtest cspm._cspm --mypy-config-file bindings-python/pyproject.toml
fi
