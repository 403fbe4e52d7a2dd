#!/usr/bin/env bash
# Packs the npm package, into the folder given or into `dist` of the cache, and prints its size.
set -euo pipefail
cd "$(dirname "$0")/.."
cache="${XDG_CACHE_HOME:-$HOME/.cache}/cspm"
dist=$(realpath -m "${1:-$cache/dist}")
build=$(scripts/npm-build.sh)
mkdir -p "$dist"
rm -f "$dist"/cspm-*.tgz
(cd "$build" && npm pack --silent --pack-destination "$dist" >/dev/null)
for package in "$dist"/cspm-*.tgz; do
  echo "$package: $(stat -c %s "$package") bytes"
done
