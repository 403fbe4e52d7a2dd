#!/usr/bin/env bash
# Records the sample anew: moto's server, the company in it, our own scan. Needs Rust, Python 3.11 or newer, and PyPI once.
set -euo pipefail
cd "$(dirname "$0")"
venv="${CSPM_VENV:-$HOME/.cache/cspm/venv}"
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -c 'import boto3, flask, freezegun, moto.server' 2>/dev/null ||
    "$venv/bin/pip" install --quiet 'moto[server]==5.2.5' 'boto3' 'freezegun==1.5.5'
export MOTO_IAM_LOAD_MANAGED_POLICIES=true
exec "$venv/bin/python" record.py
