#!/usr/bin/env bash
# Holds the crates to what they may depend on: the engine, the rules, the reports, and the quick start as a whole, have no
# SDK, no HTTP and no TLS; providers know no rules, and rules no provider.
set -euo pipefail
cd "$(dirname "$0")/.."
network='aws-config|aws-sdk-.*|aws-smithy-.*|aws-runtime|kube.*|hyper.*|h2|http|http-body.*|reqwest|ureq|curl.*|rustls.*|ring|aws-lc-.*|openssl.*|native-tls'
own='cspm|cspm-aws|cspm-core|cspm-k8s|cspm-report|cspm-rules|cspm-sql'
status=0

# The crates among the dependencies of PACKAGE, with its default features, whose names fit PATTERN.
forbid() {
  local package=$1 pattern=$2 found
  found=$(cargo tree --quiet --package "$package" --edges normal --prefix none --format '{p}' | tail -n +2 |
    cut -d' ' -f1 | sort -u | grep -xE "$pattern" || true)
  if [ -n "$found" ]; then
    echo "$package must not depend on:" $found >&2
    status=1
  fi
}

# SQLite is compiled with the feature `sql` alone.
forbid cspm "$network|cspm-sql|rusqlite|libsqlite3-sys"
forbid cspm-core "$network|$own"
forbid cspm-rules "$network|cspm-aws|cspm-k8s|cspm-report"
forbid cspm-report "$network|cspm-aws|cspm-k8s|cspm-rules"
forbid cspm-aws "$network|cspm-rules|cspm-report|cspm-k8s"
forbid cspm-k8s "$network|cspm-rules|cspm-report|cspm-aws"
forbid cspm-sql "$network|cspm-rules|cspm-report|cspm-aws|cspm-k8s"
exit $status
