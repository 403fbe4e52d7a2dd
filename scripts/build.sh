#!/usr/bin/env bash
# Builds everything that the tests need, once: libraries, tests, examples, and the libraries that Python and Node load, so that the
# packages of `make test` are made of what is there (scripts/wheel.sh, scripts/npm-build.sh) and nothing is compiled twice.
set -euo pipefail
cd "$(dirname "$0")/.."
cache="${XDG_CACHE_HOME:-$HOME/.cache}/cspm"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$cache/target}"
# What the macros of napi note about types while they compile; they note it when they compile, and not later.
notes="$cache/npm/notes"
mkdir -p "$notes"
if [ -n "$(find bindings-node/src bindings-node/Cargo.toml -newer "$notes/cspm-node" 2>&1)" ]; then
  touch bindings-node/src/lib.rs
  rm -f "$notes"/*
fi
# The selection is that of `cargo test --workspace --all-features`, with the targets that it leaves out.
NAPI_TYPE_DEF_TMP_FOLDER="$notes" cargo build ${CI:+--locked} --workspace --all-features --lib --tests --examples "$@"
