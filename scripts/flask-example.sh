#!/usr/bin/env bash
# Tests the Flask example as users would have it: a clean environment with the wheel that scripts/wheel.sh built, gunicorn,
# an emulator of AWS, Chromium. Arguments go to pytest. CSPM_DIST names another folder with a wheel.
set -euo pipefail
cd "$(dirname "$0")/.."
cache="${XDG_CACHE_HOME:-$HOME/.cache}/cspm"
venv="$cache/flask-venv"
example=examples/flask-dashboard
wheel=$(ls -t "${CSPM_DIST:-$cache/dist}"/cspm-*.whl 2>/dev/null | head -n 1 || true)
if [ -z "$wheel" ]; then
  echo "there is no wheel: run scripts/wheel.sh first" >&2
  exit 1
fi
wanted=$(cat "$example/requirements.txt" "$example/tests/requirements.txt")

if [ "$wanted" != "$(cat "$venv/.requirements" 2>/dev/null)" ] || ! "$venv/bin/python" -c '' 2>/dev/null; then
  rm -rf "$venv"
  mkdir -p "$cache"
  python3 -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    --requirement "$example/requirements.txt" --requirement "$example/tests/requirements.txt"
  printf '%s\n' "$wanted" > "$venv/.requirements"
fi
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-index --force-reinstall "$wheel"
scripts/chromium.sh
cd "$example"
"$venv/bin/python" -m mypy --strict --cache-dir "$cache/mypy-flask" cspm_dashboard
exec "$venv/bin/python" -m pytest -p no:cacheprovider "${@:-tests}"
