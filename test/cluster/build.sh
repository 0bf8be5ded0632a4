#!/bin/bash
# build.sh: builds, once, the program that is every component of Kubernetes (kubernetes/main.go), installs the Debian packages
#   that a cluster needs besides, and prints the program's path. $GO names a Go that is not on the PATH.
# build.sh path: only prints where the program is, or would be.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
version=$(sed -n 's|^\tk8s.io/kubernetes v||p' "$here/kubernetes/go.mod")
source=$(cat "$here"/kubernetes/{go.mod,go.sum,main.go} | sha256sum | cut -c 1-12)
program=${XDG_CACHE_HOME:-$HOME/.cache}/flotilla/kubernetes-$version-$source

install_missing() {
  missing=
  for need in containerd:containerd runc:runc busybox:busybox-static bash-static:bash-static openssl:openssl curl:curl \
    unshare:util-linux /usr/lib/cni/ptp:containernetworking-plugins; do
    command -v "${need%:*}" > /dev/null || missing="$missing ${need#*:}"
  done
  [ -n "$missing" ] || return 0
  command -v apt-get > /dev/null || {
    echo "build.sh: this machine lacks$missing, and has no apt-get to install them" >&2
    exit 1
  }
  {
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
  } >&2
}

build() {
  echo "Building Kubernetes $version from source, once: about seven minutes on two cores…" >&2
  minor=${version#*.}
  of=k8s.io/component-base/version
  cd "$here/kubernetes"
  # Without a version of its own, a component calls itself v0.0.0, and clients doubt it.
  CGO_ENABLED=0 nice -n 5 "${GO:-go}" build -trimpath -o "$program.new" \
    -ldflags "-s -w -X $of.gitVersion=v$version -X $of.gitMajor=${version%%.*} -X $of.gitMinor=${minor%.*}" . >&2
  mv "$program.new" "$program"
}

if [ "${1:-}" != path ]; then
  mkdir -p "$(dirname "$program")"
  exec 9> "$program.lock"
  flock 9 # Two callers neither build nor install at once.
  install_missing
  [ -x "$program" ] || build
fi
echo "$program"
