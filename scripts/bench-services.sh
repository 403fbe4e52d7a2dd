#!/usr/bin/env bash
# Measures what the example services stand while scans go on, with wrk; fails where an answer is an error. It wants what
# scripts/flask-example.sh and scripts/node-example.sh have made. BENCH_SECONDS says how long a run takes, BENCH_SERVICES which
# services are measured.
set -euo pipefail
cd "$(dirname "$0")/.."
cache="${XDG_CACHE_HOME:-$HOME/.cache}/cspm"
python="$cache/flask-venv/bin/python"
node="$cache/node-service/node-service"
[ -x "$python" ] || { echo "there is no Flask service: run scripts/flask-example.sh first" >&2; exit 1; }
[ -d "$node/node_modules/cspm" ] || { echo "there is no Node service: run scripts/node-example.sh first" >&2; exit 1; }

if ! command -v wrk >/dev/null; then
  as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
  export DEBIAN_FRONTEND=noninteractive
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" apt-get install -y -qq --no-install-recommends wrk >/dev/null
fi

services=()
for name in ${BENCH_SERVICES:-flask node}; do
  case "$name" in
    flask) services+=("flask=examples/flask-dashboard=$python -m gunicorn wsgi:app") ;;
    node) services+=("node=$node=node src/main.js") ;;
    *) echo "there is no service $name: there are flask and node" >&2; exit 1 ;;
  esac
done
exec "$python" benches/services/main.py "${services[@]}"
