#!/usr/bin/env bash
# Tests the Node example as users would have it: a clean folder with the package that scripts/npm-package.sh packed, an emulator of
# AWS, and, in Chromium, the browser tests that all the example services share. CSPM_DIST names another folder with a package.
set -euo pipefail
cd "$(dirname "$0")/.."
cache="${XDG_CACHE_HOME:-$HOME/.cache}/cspm"
folder="$cache/node-service"
venv="$cache/node-service-venv"
package=$(ls -t "${CSPM_DIST:-$cache/dist}"/cspm-*.tgz 2>/dev/null | head -n 1)
if [ -z "$package" ]; then
  echo "there is no package: run scripts/npm-package.sh first" >&2
  exit 1
fi

# Python is what the emulator and the browser tests are written in; the service has none.
wanted=examples/flask-dashboard/tests/requirements.txt
if ! cmp -s "$wanted" "$venv/.requirements" || ! "$venv/bin/python" -c '' 2>/dev/null; then
  rm -rf "$venv"
  mkdir -p "$cache"
  python3 -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$wanted"
  cp "$wanted" "$venv/.requirements"
fi
scripts/chromium.sh

# Nothing of the source tree is in reach, but what the service is made of.
rm -rf "$folder"
mkdir -p "$folder"
tar -C examples --exclude=node_modules --exclude=__pycache__ -c node-service dashboard flask-dashboard/tests | tar -C "$folder" -x
cd "$folder/node-service"
npm ci --no-audit --no-fund --loglevel=error
# The lists of the example stay as they are, so that its lock file holds.
npm install --no-save --no-package-lock --no-audit --no-fund --loglevel=error "$package"
npm run --silent check
export CSPM_PYTHON="$venv/bin/python"
npm test

echo "in the browser:"
tests=../flask-dashboard/tests
work=$(mktemp -d)
service=
cleanup() {
  for process in $service ${MOTO_PID:-}; do
    kill "$process" 2>/dev/null || true
    wait "$process" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap cleanup EXIT
# It ends with its input, at the latest.
coproc MOTO { exec env MOTO_EC2_LOAD_DEFAULT_AMIS=false "$venv/bin/python" "$tests/support/slow_aws.py"; }
read -r port <&"${MOTO[0]}" || { echo "the emulator did not start" >&2; exit 1; }
export AWS_ENDPOINT_URL="http://127.0.0.1:$port" BUCKET_NAME=inventories OBJECT_KEY=account.json
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=us-east-1
export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true
export DASHBOARD_KEY=a-key-for-the-tests-0123456789
CSPM_API_KEY="$DASHBOARD_KEY" BIND=127.0.0.1:0 node src/main.js >"$work/log" 2>&1 &
service=$!
for _ in $(seq 100); do
  DASHBOARD_URL=$(sed -nE 's/.*listening at (http:[^"]+)".*/\1/p' "$work/log")
  [ -z "$DASHBOARD_URL" ] || break
  kill -0 "$service" || { cat "$work/log" >&2; exit 1; }
  sleep 0.1
done
export DASHBOARD_URL
"$venv/bin/python" -m pytest -p no:cacheprovider "$tests/browser"
kill "$service"
wait "$service" || { cat "$work/log" >&2; exit 1; }
service=
if grep -q '"level":50' "$work/log"; then
  grep '"level":50' "$work/log" >&2
  exit 1
fi
