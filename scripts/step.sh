#!/usr/bin/env bash
# Runs a command as a named step: scripts/step.sh NAME COMMAND... Says what begins, and how long it took.
set -uo pipefail
name=$1
shift
printf '\n==> %s\n' "$name"
began=$SECONDS
"$@"
status=$?
if [ $status -eq 0 ]; then
  printf '<== %s: %s s\n' "$name" $((SECONDS - began))
else
  printf '<== %s: FAILED with status %s after %s s\n' "$name" $status $((SECONDS - began)) >&2
fi
exit $status
