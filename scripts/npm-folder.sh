#!/usr/bin/env bash
# Makes a clean folder with the package that scripts/npm-package.sh packed and the tools of its tests (bindings-node/test/folder),
# and prints it. The source tree is nowhere in it.
set -euo pipefail
cd "$(dirname "$0")/.."
cache="${XDG_CACHE_HOME:-$HOME/.cache}/cspm"
folder="$cache/npm/folder"
package=$(ls "${1:-$cache/dist}"/cspm-*.tgz) || { echo "there is no package: run scripts/npm-package.sh" >&2; exit 1; }

if ! cmp -s "$folder/.lock" bindings-node/test/folder/package-lock.json; then
  rm -rf "$folder"
  mkdir -p "$folder"
  cp bindings-node/test/folder/{package.json,package-lock.json,.npmrc} "$folder"
  (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error >&2)
  cp "$folder/package-lock.json" "$folder/.lock"
fi
# The folder's own lists stay as they are, so that the lock file holds for the tools.
(cd "$folder" && npm install --no-save --no-package-lock --prefer-offline --no-audit --no-fund --loglevel=error "$package" >&2)
find "$folder" -mindepth 1 -maxdepth 1 \( -name '*.mjs' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name 'test' \) -exec rm -rf {} +
cp -r bindings-node/test "$folder/test"
rm -rf "$folder/test/folder"
echo "$folder"
