#!/usr/bin/env bash
# Makes sure that there is a Chromium, in which the tests open the HTML report; installs Debian's where there is none.
set -euo pipefail
if [ -n "${CSPM_CHROMIUM:-}" ] || command -v chromium google-chrome >/dev/null; then
  exit 0
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  as_root=(sudo -n)
fi
if command -v apt-get >/dev/null && "${as_root[@]}" true 2>/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" apt-get install -y -qq --no-install-recommends chromium >/dev/null
  exit 0
fi
echo "There is no Chromium: install the package chromium, or name a browser with CSPM_CHROMIUM." >&2
# Somebody at a desk can do without this one test; CI cannot.
[ -z "${CI:-}" ]
