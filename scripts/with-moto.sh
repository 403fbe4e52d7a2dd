#!/usr/bin/env bash
# Runs a command with an emulator of AWS (moto's server) that knows nothing yet, and without anybody's own credentials.
# CSPM_TEST_AWS and CSPM_AWS_ENDPOINT name its endpoint. It ends with the command.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/venv.sh
python="${XDG_CACHE_HOME:-$HOME/.cache}/cspm/venv/bin/python"
# Its images of machines take seconds to load in each region, and no test of this server needs them.
coproc MOTO { exec env MOTO_EC2_LOAD_DEFAULT_AMIS=false "$python" tests/support/moto_server.py; }
read -r port <&"${MOTO[0]}" || { echo "the emulator did not start" >&2; exit 1; }
endpoint="http://127.0.0.1:$port"
env -u AWS_PROFILE -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY -u AWS_SESSION_TOKEN -u AWS_REGION -u AWS_DEFAULT_REGION \
  AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true \
  CSPM_TEST_AWS="$endpoint" CSPM_AWS_ENDPOINT="$endpoint" "$@"
