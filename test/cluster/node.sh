# node.sh: node N of a cluster, which is 127.0.0.N: a containerd and a kubelet of its own. Read in by serve.sh, whose variables
#   and functions it uses.

start_containers() { # N
  state=/run/containerd$1
  mkdir -p "$state" "$dir/network$1"
  cat > "$dir/containerd$1.toml" << TOML
version = 2
root = "$dir/containerd$1"
state = "$state"
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.devmapper", "io.containerd.internal.v1.opt"]
[grpc]
  address = "$state/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "flotilla.test/pause:1"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$dir/network$1"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
TOML
  # A pod has an address, and neither DNS nor a way out. Clusters side by side differ in the address range.
  cat > "$dir/network$1/10-flotilla.conflist" << JSON
{"cniVersion": "0.4.0", "name": "flotilla$1", "plugins": [{"type": "ptp", "ipMasq": false, "ipam": {"type": "host-local",
 "dataDir": "$state/addresses", "ranges": [[{"subnet": "10.$((200 + api_port % 50)).$1.0/24"}]]}}]}
JSON
  run "containerd$1" containerd -c "$dir/containerd$1.toml"
  wait_for "containerd $1 answers" "containerd$1" ctr -a "$state/containerd.sock" version
  ctr -a "$state/containerd.sock" -n k8s.io images import "$dir/images.tar" > "$dir/logs/import$1.log" 2>&1 ||
    fail "containerd $1 does not take the images" "import$1"
}

start_kubelet() { # N
  group=flotilla-kube-$pid-$1
  for hierarchy in /sys/fs/cgroup/*/; do mkdir -p "$hierarchy$group"; done
  echo "${FLOTILLA_KUBE_CPU_SHARES:-1024}" > "/sys/fs/cgroup/cpu/$group/cpu.shares"
  # A new cpuset has neither, and takes no process before it has both.
  for what in cpuset.cpus cpuset.mems; do cat "/sys/fs/cgroup/cpuset/$what" > "/sys/fs/cgroup/cpuset/$group/$what"; done
  # The machine need not have room for more than the tests, and a lost node shows within seconds.
  cat > "$dir/kubelet$1.yaml" << YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
authorization: {mode: AlwaysAllow}
address: 127.0.0.$1
port: ${node_ports[$((2 * $1 - 2))]}
healthzPort: ${node_ports[$((2 * $1 - 1))]}
readOnlyPort: 0
containerRuntimeEndpoint: unix:///run/containerd$1/containerd.sock
cgroupDriver: cgroupfs
cgroupRoot: /$group
failCgroupV1: false
failSwapOn: false
enforceNodeAllocatable: []
evictionHard: {memory.available: "100Mi", nodefs.available: "1%", imagefs.available: "1%"}
imageGCHighThresholdPercent: 100
podLogsDir: $dir/pods$1
resolvConf: ""
clusterDNS: [10.0.0.10]
clusterDomain: cluster.local
maxPods: ${FLOTILLA_KUBE_MAX_PODS:-110}
serializeImagePulls: false
kubeAPIQPS: 500
kubeAPIBurst: 1000
nodeStatusUpdateFrequency: 2s
nodeLeaseDurationSeconds: 4
YAML
  run "kubelet$1" "$program" kubelet --config "$dir/kubelet$1.yaml" --kubeconfig "$dir/system.kubeconfig" \
    --root-dir "/var/lib/kubelet/$1" --cert-dir "$dir/kubelet$1" --hostname-override "127.0.0.$1"
}

is_ready() { # N
  api "/api/v1/nodes/127.0.0.$1" | tr -d ' \n' | grep -qE '"type":"Ready","status":"True"'
}
