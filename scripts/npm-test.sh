#!/usr/bin/env bash
# Tests the npm package as scripts/npm-package.sh packed it, in a clean folder, with an emulator of AWS. CSPM_AWS_ENDPOINT names
# one that runs already.
set -euo pipefail
cd "$(dirname "$0")/.."
with=()
[ -n "${CSPM_AWS_ENDPOINT:-}" ] || with=("$PWD/scripts/with-moto.sh")
folder=$(scripts/npm-folder.sh)
export CSPM_SCENARIOS="$PWD/tests/parity/scenarios"
# One file after the other: some of them measure.
exec "${with[@]}" bash -c 'cd "$1" && exec node --expose-gc --test --test-concurrency=1 test/*.test.mjs' npm-test "$folder"
