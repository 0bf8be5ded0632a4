#!/bin/bash
# cluster.sh start DIR: a Kubernetes cluster of its own on 127.0.0.1, with the test images; runs until it is ended, and is up
#   when DIR/ready exists: then DIR/kubeconfig is complete. DIR/audit.log tells what its user and service accounts have asked,
#   DIR/logs what its components say. FLOTILLA_KUBE_NODES (1 to 3, else 1), FLOTILLA_KUBE_MAX_PODS (on a node, else 110), FLOTILLA_KUBE_TOLERATION_SECONDS
#   (how long pods stay on a node that does not answer, else 2),
#   FLOTILLA_KUBE_CPU_SHARES (the weight of its components together, and of the pods of each node, against 1024).
#   Own mounts, processes and ports: it disturbs no other cluster. Needs root and cgroup v1.
# cluster.sh stop DIR: ends it and removes what it leaves, after a SIGKILL, too.
# cluster.sh signal DIR COMPONENT SIGNAL: to etcd, apiserver, controllers, scheduler, kubeletN or containerdN. STOP: it hangs
#   until CONT; a node whose kubelet hangs is lost. KILL: it is started again after 0.5 s, or once DIR/COMPONENT.hold is gone.
set -eu
verb=$1
dir=$(realpath -m "$2")
here=$(cd "$(dirname "$0")" && pwd)

# The process in DIR/cluster.pid, and what it says of itself: nothing once it has ended.
is_up() {
  [ -r "/proc/$pid/cmdline" ] && tr '\0' ' ' < "/proc/$pid/cmdline" | grep -q "/\(cluster\|serve\).sh .*$dir"
}

# The first process of the cluster's own process tree, as this machine numbers it.
first_process() {
  read -r first < "/proc/$pid/task/$pid/children" || true
  echo "${first:-$pid}"
}

start() {
  [ -d /sys/fs/cgroup/memory ] || {
    echo "cluster.sh: this machine has no cgroup v1" >&2
    exit 1
  }
  program=$("$here/build.sh")
  stop
  # Not a folder with other things in it: stop removes it whole.
  [ ! -e "$dir" ] || rmdir "$dir"
  mkdir -p "$dir"/{certs,logs}
  echo $$ > "$dir/cluster.pid"
  "$here/../images.sh" "$dir/images.tar"
  exec unshare --mount --pid --fork --kill-child --mount-proc "$here/serve.sh" "$dir" "$program"
}

stop() {
  pid=$(cat "$dir/cluster.pid" 2> /dev/null) || return 0
  # Its first process takes all others along, and the process in DIR/cluster.pid ends after them. KILLed itself, it ends before.
  for signal in TERM KILL; do
    is_up || break
    kill -$signal "$(first_process)" 2> /dev/null || true
    for _ in $(seq 100); do
      is_up || break
      sleep 0.05
    done
  done
  # Control groups outlive their processes by a moment.
  for _ in $(seq 50); do
    if find /sys/fs/cgroup -depth -type d -path "*/flotilla-kube-$pid-*" -exec rmdir {} + 2> /dev/null; then
      rm -rf "$dir" 2> /dev/null && return
    fi
    sleep 0.2
  done
  echo "cluster.sh: left behind:" "$dir" $(find /sys/fs/cgroup -maxdepth 2 -path "*/flotilla-kube-$pid-*") >&2
  exit 1
}

signal() {
  component=$1
  pid=$(cat "$dir/cluster.pid")
  inner=$(cat "$dir/$component.pid" 2> /dev/null) || {
    echo "cluster.sh: $component does not run" >&2
    exit 1
  }
  exec nsenter --target "$(first_process)" --pid bash -c "kill -$2 $inner"
}

case $verb in
  start) start ;;
  stop) stop ;;
  signal) signal "$3" "$4" ;;
esac
