#!/usr/bin/env bash
# Whether Rust, Python and Node give the same: runs the scenarios of tests/parity in each, holds their texts against each other
# byte for byte, and compares their public names (tests/surface).
#
# Python and Node use what scripts/wheel.sh and scripts/npm-package.sh built, in environments without the source tree.
set -euo pipefail
cd "$(dirname "$0")/.."
cache="${XDG_CACHE_HOME:-$HOME/.cache}/cspm"
step="$PWD/scripts/step.sh"
python_test="$PWD/bindings-python/tests/test_parity.py"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$cache/target}"
export CSPM_PARITY_OUT="$cache/parity-out"
CSPM_WHEEL_PYTHON="$(scripts/wheel-venv.sh)/bin/python"
CSPM_NPM_FOLDER=$(scripts/npm-folder.sh)
CSPM_SCENARIOS="$PWD/tests/parity/scenarios"
export CSPM_WHEEL_PYTHON CSPM_NPM_FOLDER CSPM_SCENARIOS

rm -rf "$CSPM_PARITY_OUT"
"$step" "parity, Rust" cargo test ${CI:+--locked} --workspace --all-features --test parity
(cd "$CSPM_NPM_FOLDER" && "$step" "parity, Python" "$CSPM_WHEEL_PYTHON" -m pytest -q "$python_test")
(cd "$CSPM_NPM_FOLDER" && "$step" "parity, Node" node --test test/parity.test.mjs)
for language in python node; do
  "$step" "the same bytes, Rust and $language" diff -rq "$CSPM_PARITY_OUT/rust" "$CSPM_PARITY_OUT/$language"
done
"$step" "public names" cargo test ${CI:+--locked} --workspace --all-features --test surface
