#!/usr/bin/env bash
# Makes the wheel of the Python package, in the folder given or in `dist` of the cache, and prints its size. CSPM_PROFILE says of
# which build: `release`, optimised, as it is published; or `dev`, of what scripts/build.sh compiled for the tests.
set -euo pipefail
cd "$(dirname "$0")/.."
cache="${XDG_CACHE_HOME:-$HOME/.cache}/cspm"
dist=$(realpath -m "${1:-$cache/dist}")
tools="$cache/wheel-tools"
maturin=1.16.0
wheel=0.48.0
installed="$tools/$maturin-$wheel"

if ! [ -x "$installed/bin/maturin" ]; then
  rm -rf "$tools"
  python3 -m venv "$installed"
  "$installed/bin/python" -m pip install --quiet --disable-pip-version-check "maturin==$maturin" "wheel==$wheel"
fi
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$cache/target}"
mkdir -p "$dist"
rm -f "$dist"/cspm-*.whl
case "${CSPM_PROFILE:-dev}" in
  release)
    "$installed/bin/maturin" build --release --quiet --manifest-path bindings-python/Cargo.toml --out "$dist" ${CI:+--locked}
    ;;
  dev)
    # Maturin would compile the dependencies once more, with the features that this package alone asks for: only its metadata is
    # asked of it.
    scripts/build.sh --quiet
    content=$(mktemp -d)
    trap 'rm -rf "$content"' EXIT
    (cd bindings-python && "$installed/bin/maturin" pep517 write-dist-info --quiet --compatibility linux --interpreter python3 \
      --metadata-directory "$content" >/dev/null)
    cp -r bindings-python/python/cspm "$content/cspm"
    find "$content" -name __pycache__ -exec rm -rf {} +
    cp "$CARGO_TARGET_DIR/debug/lib_cspm.so" "$content/cspm/_cspm.abi3.so"
    "$installed/bin/python" -m wheel pack --dest-dir "$dist" "$content" >/dev/null
    ;;
  *)
    echo "CSPM_PROFILE is '$CSPM_PROFILE': there are dev and release" >&2
    exit 2
    ;;
esac
for file in "$dist"/cspm-*.whl; do
  echo "$file: $(stat -c %s "$file") bytes"
done
