#!/usr/bin/env bash
# Builds the npm package in a folder of the cache, and prints that folder; the source tree stays as it is. With --types, the
# generated files are made anew too.
set -euo pipefail
cd "$(dirname "$0")/.."
cache="${XDG_CACHE_HOME:-$HOME/.cache}/cspm"
build="$cache/npm/build"
notes="$cache/npm/notes"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$cache/target}"

# CSPM_PROFILE says which build is packed: `release`, optimised, as it is published; or `dev`, that of the tests.
mkdir -p "$build"
case "${CSPM_PROFILE:-dev}" in
  release)
    compiled="$CARGO_TARGET_DIR/release"
    cargo build --quiet --release -p cspm-node ${CI:+--locked} >&2
    ;;
  dev)
    compiled="$CARGO_TARGET_DIR/debug"
    scripts/build.sh --quiet >&2
    ;;
  *)
    echo "CSPM_PROFILE is '$CSPM_PROFILE': there are dev and release" >&2
    exit 2
    ;;
esac

find "$build" -mindepth 1 -maxdepth 1 ! -name node_modules ! -name .lock -exec rm -rf {} +
(cd bindings-node && find . -mindepth 1 -maxdepth 1 ! -name node_modules ! -name src ! -name native ! -name dist \
  -exec cp -r {} "$build" \;)
cp LICENSE "$build"
cd "$build"
if ! cmp -s package-lock.json .lock; then
  npm ci --no-audit --no-fund --loglevel=error >&2
  cp package-lock.json .lock
fi

# One native file for each platform that the package is for; this is that of the platform at hand. Those of others are built on
# them in the same way, and copied here before the package is packed.
case "$(uname -s)" in
  Linux) library=libcspm_node.so ;;
  Darwin) library=libcspm_node.dylib ;;
  *) library=cspm_node.dll ;;
esac
mkdir -p native
if [ "${1:-}" = --types ]; then
  node scripts/binding.mjs "$notes" >&2
fi
npx tsc -p . >&2
chmod +x dist/cli.js
cp "$compiled/$library" "native/$(node scripts/platform.mjs)"
node scripts/entry.mjs >&2
echo "$build"
