#!/usr/bin/env bash
# Makes the generated files of bindings-node anew: the types of the native half, the types of the package, its entry for `import`.
# With --check it changes nothing, and fails where they are not as they should be.
set -euo pipefail
cd "$(dirname "$0")/.."
# The notes that types are made of are those of the build of the tests.
export CSPM_PROFILE=dev
build=$(scripts/npm-build.sh --types)
status=0
for made in lib/binding.d.ts index.mjs types; do
  if [ "${1:-}" = --check ]; then
    diff -r "bindings-node/$made" "$build/$made" || status=1
  else
    rm -rf "bindings-node/${made:?}"
    cp -r "$build/$made" "bindings-node/$made"
  fi
done
[ $status = 0 ] || echo "run scripts/npm-types.sh" >&2
exit $status
