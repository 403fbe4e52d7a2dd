#!/usr/bin/env bash
# Builds the wheel of the Python package, into the folder given or into `dist` of the cache, and prints its size.
set -euo pipefail
cd "$(dirname "$0")/.."
cache="${XDG_CACHE_HOME:-$HOME/.cache}/cspm"
dist=$(realpath -m "${1:-$cache/dist}")
tools="$cache/wheel-tools"
maturin=1.16.0

if ! [ -x "$tools/$maturin/bin/maturin" ]; then
  rm -rf "$tools"
  python3 -m venv "$tools/$maturin"
  "$tools/$maturin/bin/python" -m pip install --quiet --disable-pip-version-check "maturin==$maturin"
fi
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$cache/target}"
mkdir -p "$dist"
rm -f "$dist"/cspm-*.whl
# A folder's own installation of Python must not be part of the name: one wheel is for all versions from 3.10.
"$tools/$maturin/bin/maturin" build --release --quiet --manifest-path bindings-python/Cargo.toml --out "$dist" ${CI:+--locked}
for wheel in "$dist"/cspm-*.whl; do
  echo "$wheel: $(stat -c %s "$wheel") bytes"
done
