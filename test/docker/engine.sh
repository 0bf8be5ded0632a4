#!/bin/bash
# engine.sh start DIR: a Docker engine of its own at unix://DIR/docker.sock, with the test images; runs until it is ended, and is
#   up when DIR/ready exists. Own mounts and processes: it disturbs no other engine. Needs root and Debian's docker.io.
# engine.sh stop DIR: ends it and removes what it leaves, after a SIGKILL, too.
set -eu
verb=$1
dir=$(realpath -m "$2")
here=$(cd "$(dirname "$0")" && pwd)

stop() {
  pid=$(cat "$dir/pid" 2>/dev/null) || return 0
  if [ -r "/proc/$pid/cmdline" ] && tr '\0' ' ' < "/proc/$pid/cmdline" | grep -q "engine.sh.*$dir"; then
    kill -9 "$pid"
    while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
  fi
  # Control groups outlive their processes by a moment.
  for _ in $(seq 25); do
    left=$(find /sys/fs/cgroup -depth -type d -path "*/flotilla-docker-$pid*" 2>/dev/null || true)
    [ -n "$left" ] || break
    echo "$left" | xargs -r rmdir 2>/dev/null || sleep 0.2
  done
  rm -rf "$dir"
}

install_missing() {
  missing=
  for need in dockerd:docker.io busybox:busybox-static bash-static:bash-static curl:curl unshare:util-linux; do
    command -v "${need%:*}" > /dev/null || missing="$missing ${need#*:}"
  done
  [ -z "$missing" ] || {
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
  } >&2
}

serve() {
  trap 'exit 0' INT TERM
  mount -t tmpfs -o mode=755 tmpfs /run
  dockerd --data-root "$dir/data" --exec-root /run/docker-exec --pidfile /run/docker.pid -H "unix://$dir/docker.sock" \
    --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false --bridge=none --storage-driver=overlay2 \
    --cgroup-parent="/flotilla-docker-$(cat "$dir/pid")" --log-level=warn > "$dir/dockerd.log" 2>&1 &
  for _ in $(seq 300); do
    curl -sf --unix-socket "$dir/docker.sock" http://docker/_ping > /dev/null && break
    sleep 0.1
  done
  curl -sf --unix-socket "$dir/docker.sock" -X POST -T "$dir/images.tar" http://docker/images/load > /dev/null
  touch "$dir/ready"
  wait
}

case $verb in
  stop) stop ;;
  serve) serve ;;
  start)
    install_missing
    stop
    mkdir -p "$dir"
    "$here/../images.sh" "$dir/images.tar"
    echo $$ > "$dir/pid"
    exec unshare --mount --pid --fork --kill-child --mount-proc "$0" serve "$dir"
    ;;
esac
