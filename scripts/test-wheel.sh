#!/usr/bin/env bash
# Tests the wheel in the environment of scripts/wheel-venv.sh: whether its stubs are true, and what it does. Options are those of
# pytest. The folder of the package's source is not on its path.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/stubs.sh --check
cd bindings-python
exec "${XDG_CACHE_HOME:-$HOME/.cache}/cspm/wheel-venv/bin/pytest" --quiet "$@"
