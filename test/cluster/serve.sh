#!/bin/bash
# serve.sh DIR PROGRAM: the cluster itself, as the first process of its own tree, with mounts that nobody else sees; called by
#   cluster.sh, which says what a cluster is.
set -eu
dir=$1
program=$2
here=$(cd "$(dirname "$0")" && pwd)
pid=$(cat "$dir/cluster.pid")
nodes=${FLOTILLA_KUBE_NODES:-1}
tries=600

isolate() {
  for folder in /run /var/lib/cni /var/lib/kubelet /var/log/containers; do
    mkdir -p $folder
    mount -t tmpfs -o mode=755 tmpfs $folder
  done
  # The kubelet writes these: copies, not the machine's own.
  mkdir /run/sysctl
  for name in vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops \
    kernel/keys/root_maxkeys kernel/keys/root_maxbytes; do
    copy=/run/sysctl/${name//\//_}
    cat "/proc/sys/$name" > "$copy"
    mount --bind "$copy" "/proc/sys/$name"
  done
}

# A group of its own: else each session of it would count as much as all of another program.
take_shares() {
  [ -n "${FLOTILLA_KUBE_CPU_SHARES:-}" ] || return 0
  for hierarchy in cpu memory; do
    mkdir -p "/sys/fs/cgroup/$hierarchy/flotilla-kube-$pid-0"
    echo $$ > "/sys/fs/cgroup/$hierarchy/flotilla-kube-$pid-0/cgroup.procs"
  done
  echo "$FLOTILLA_KUBE_CPU_SHARES" > "/sys/fs/cgroup/cpu/flotilla-kube-$pid-0/cpu.shares"
}

free_ports() { # COUNT
  node -e '
    const servers = [...Array(Number(process.argv[1]))].map(() => require("net").createServer().listen(0, "127.0.0.1"));
    const ports = servers.map((one) => new Promise((is) => one.on("listening", () => is(one.address().port))));
    Promise.all(ports).then((all) => {
      console.log(all.join(" "));
      for (const one of servers) one.close();
    });' "$1"
}

fail() { # WHY LOG
  echo "serve.sh: $1; the end of $2.log:" >&2
  tail -n 20 "$dir/logs/$2.log" >&2 || true
  exit 1
}

wait_for() { # WHAT LOG COMMAND…
  what=$1
  log=$2
  shift 2
  for _ in $(seq $tries); do
    "$@" > /dev/null 2>&1 && return
    sleep 0.1
  done
  fail "not in time: $what" "$log"
}

# Keeps a component running. Its pid, as counted in here, is in DIR/NAME.pid.
run() { # NAME COMMAND…
  name=$1
  shift
  while :; do
    "$@" >> "$dir/logs/$name.log" 2>&1 &
    echo $! > "$dir/$name.pid"
    wait $! || true
    rm "$dir/$name.pid"
    sleep 0.5
    while [ -e "$dir/$name.hold" ]; do sleep 0.1; done
  done &
}

# Two users: the cluster's own parts, and the tests, whose requests are written down.
write_credentials() {
  system_token=$(openssl rand -hex 16)
  test_token=$(openssl rand -hex 16)
  cat > "$dir/tokens.csv" << CSV
$system_token,flotilla-system,flotilla-system,system:masters
$test_token,flotilla-test,flotilla-test,system:masters
CSV
  openssl genrsa -out "$dir/accounts.key" 2048 2> /dev/null
  openssl rsa -in "$dir/accounts.key" -pubout -out "$dir/accounts.pub" 2> /dev/null
  cat > "$dir/audit.yaml" << YAML
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - {level: None, users: [flotilla-system, "system:apiserver"]}
  - {level: None, userGroups: ["system:nodes"]}
  - {level: Metadata}
YAML
}

write_kubeconfig() { # FILE TOKEN
  cat > "$dir/$1" << YAML
apiVersion: v1
kind: Config
clusters:
  - name: flotilla-test
    cluster:
      server: https://127.0.0.1:$api_port
      certificate-authority-data: $(base64 -w 0 "$dir/certs/apiserver.crt")
users: [{name: flotilla-test, user: {token: "$2"}}]
contexts: [{name: flotilla-test, context: {cluster: flotilla-test, user: flotilla-test}}]
current-context: flotilla-test
YAML
}

api() { # PATH
  curl -s --max-time 2 --cacert "$dir/certs/apiserver.crt" -H "Authorization: Bearer $system_token" \
    "https://127.0.0.1:$api_port$1"
}
answers() { [ "$(api /readyz)" = ok ]; }
has_account() { api /api/v1/namespaces/default/serviceaccounts/default | grep -q '"uid"'; }

start_api() {
  run etcd "$program" etcd --data-dir "$dir/etcd" --unsafe-no-fsync --log-level warn \
    --listen-client-urls "http://127.0.0.1:$etcd_port" --advertise-client-urls "http://127.0.0.1:$etcd_port" \
    --listen-peer-urls "http://127.0.0.1:$peer_port" --initial-advertise-peer-urls "http://127.0.0.1:$peer_port" \
    --initial-cluster "default=http://127.0.0.1:$peer_port"
  # A lost node is given up after 2 s, not after five minutes.
  run apiserver "$program" kube-apiserver --etcd-servers "http://127.0.0.1:$etcd_port" \
    --bind-address 127.0.0.1 --advertise-address 127.0.0.1 --secure-port "$api_port" --cert-dir "$dir/certs" \
    --token-auth-file "$dir/tokens.csv" --authorization-mode RBAC \
    --service-account-issuer https://kubernetes.default.svc \
    --service-account-key-file "$dir/accounts.pub" --service-account-signing-key-file "$dir/accounts.key" \
    --service-cluster-ip-range 10.0.0.0/24 --endpoint-reconciler-type none --enable-priority-and-fairness=false \
    --audit-policy-file "$dir/audit.yaml" --audit-log-path "$dir/audit.log" \
    --kubelet-preferred-address-types InternalIP \
    --default-not-ready-toleration-seconds "${FLOTILLA_KUBE_TOLERATION_SECONDS:-2}" \
    --default-unreachable-toleration-seconds "${FLOTILLA_KUBE_TOLERATION_SECONDS:-2}"
}

start_controllers() {
  common=(--kubeconfig "$dir/system.kubeconfig" --leader-elect=false --secure-port 0 --kube-api-qps 500 --kube-api-burst 1000)
  controllers=job-controller,cronjob-controller,ttl-after-finished-controller,disruption-controller
  controllers+=,garbage-collector-controller,pod-garbage-collector-controller,namespace-controller,resourcequota-controller
  controllers+=,serviceaccount-controller,root-ca-certificate-publisher-controller
  controllers+=,node-lifecycle-controller,taint-eviction-controller
  run controllers "$program" kube-controller-manager "${common[@]}" --controllers "$controllers" --concurrent-job-syncs 10 \
    --service-account-private-key-file "$dir/accounts.key" --root-ca-file "$dir/certs/apiserver.crt" \
    --node-monitor-period 1s --node-monitor-grace-period 6s
  run scheduler "$program" kube-scheduler "${common[@]}"
}

. "$here/node.sh"
trap 'exit 0' INT TERM
isolate
take_shares
read -r etcd_port peer_port api_port node_ports <<< "$(free_ports $((3 + 2 * nodes)))"
read -ra node_ports <<< "$node_ports"
write_credentials
start_api
# While the API server starts.
for n in $(seq "$nodes"); do start_containers "$n"; done
wait_for "the API server's certificate" apiserver test -s "$dir/certs/apiserver.crt"
write_kubeconfig system.kubeconfig "$system_token"
write_kubeconfig kubeconfig "$test_token"
wait_for 'the API server is ready' apiserver answers
start_controllers
for n in $(seq "$nodes"); do start_kubelet "$n"; done
for n in $(seq "$nodes"); do wait_for "node 127.0.0.$n is ready" "kubelet$n" is_ready "$n"; done
wait_for 'the default service account' controllers has_account
touch "$dir/ready"
wait
