#!/usr/bin/env bash
# Builds etcd and the API servers of Kubernetes that the tests start, from the Go modules of tests/k8s/servers. Quick where
# they are there; the first time takes six minutes on two cores.
set -euo pipefail
cd "$(dirname "$0")/../tests/k8s/servers"
tools="${XDG_CACHE_HOME:-$HOME/.cache}/cspm/tools/kubernetes"

if ! command -v go >/dev/null; then
  echo "There is no Go: install Go 1.26 or later, with which the tests' API servers of Kubernetes are built." >&2
  # Somebody at a desk can do without these tests; CI cannot.
  [ -z "${CI:-}" ]
  exit
fi
mkdir -p "$tools"
temporary=$(mktemp -d "$tools/.build.XXXXXX")
trap 'rm -rf "$temporary"' EXIT

# The version of MODULE that the go.mod of FOLDER requires.
required() {
  awk -v module="$2" '$1 == "require" { sub(/^require */, "") } $1 == module { print $2; exit }' "$1/go.mod"
}

# Builds PACKAGE with FOLDER's versions as NAME, unless it is there, built from the same. RELEASE is that of PACKAGE.
build() {
  local folder=$1 name=$2 release=$3 package=$4 target flags major minor version began
  target="$tools/$name-$release"
  IFS=. read -r major minor _ <<<"${release#v}"
  # The version is not in the source of Kubernetes: without this the server says v0.0.0.
  version=k8s.io/component-base/version
  flags="-s -w -X $version.gitVersion=$release -X $version.gitMajor=$major -X $version.gitMinor=$minor"
  { go env GOVERSION GOOS GOARCH && echo "$flags" && cat "$folder/go.mod" "$folder/go.sum"; } >"$temporary/built-from"
  if [ -x "$target/$name" ] && cmp -s "$temporary/built-from" "$target/built-from"; then
    return
  fi
  echo "building $name $release"
  began=$SECONDS
  CGO_ENABLED=0 nice go -C "$folder" build -mod=readonly -trimpath -ldflags "$flags" -o "$temporary/$name" "$package" \
    2> >(grep -v '^go: downloading ' >&2)
  mkdir -p "$target"
  mv "$temporary/$name" "$target/$name"
  mv "$temporary/built-from" "$target/built-from"
  echo "built $name $release: $((SECONDS - began)) s, $(($(wc -c <"$target/$name") / 1000000)) MB"
}

build etcd etcd "$(required etcd go.etcd.io/etcd/server/v3)" go.etcd.io/etcd/server/v3
for folder in v*; do
  build "$folder" kube-apiserver "$(required "$folder" k8s.io/kubernetes)" k8s.io/kubernetes/cmd/kube-apiserver
done
