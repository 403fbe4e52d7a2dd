#!/usr/bin/env bash
# Installs a program of crates.io into the cache: scripts/tool.sh NAME VERSION. Without optimization, which takes a third of
# the time and is quick enough for what they do here.
set -euo pipefail
cache="${XDG_CACHE_HOME:-$HOME/.cache}/cspm"
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
CARGO_TARGET_DIR="$build" cargo install --quiet --debug --locked --root "$cache/tools" --version "$2" "$1"
