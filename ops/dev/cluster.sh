# shellcheck shell=bash
# Hosts on this machine, each with a network namespace, a state and a run directory and an agent of its own:
#   ./dev cluster N       starts hosts h1 to hN and says how to use them. Hosts that run already are kept.
#   ./dev cluster down    ends them with their containers; nothing of them is left
#   ./dev cluster cut I   host I hears nobody any more; 'heal' connects all again
#   ./dev cluster kill I  ends the agent of host I with SIGKILL, its containers go on; ./dev cluster N starts it again
#   ./dev cluster pause I the agent of host I does nothing any more, until 'resume I'
#   ./dev cluster call NAME [I]   calls the published port of each replica of a service, once a second, as host I (1) lists them
. ops/dev/install.sh
. ops/dev/instance.sh
need_root cluster

CLUSTER_DIR=$DEV_DIR/cluster
# Of this checkout alone, so that two checkouts do not meet: the names of namespaces and the subnet 10.201-250.x.0/24.
MARK=$(printf %s "$DEV_DIR" | cksum | cut -d' ' -f1)
SWITCH=gdev$((MARK % 100000))
SUBNET=10.$((201 + MARK % 50)).$((MARK / 50 % 256))

# Makes host I the instance.
host() {
  instance "$CLUSTER_DIR/h$1" "$SHORT_DIR/h$1" "$LOG_DIR/gantryd-h$1.log" nsenter "--net=/run/netns/${SWITCH}h$1"
}

hosts() { ls "$CLUSTER_DIR" 2>/dev/null | sed -n 's/^h\([0-9]*\)$/\1/p' | sort -n; }

host_begin() {
  local namespace=${SWITCH}h$1
  [ -e "/run/netns/$namespace" ] || {
    ip netns add "$namespace"
    ip -n "$namespace" link set lo up
    ops/dev/switch plug "$SWITCH" "$namespace" "$1" "$SUBNET.$1/24"
  }
  host "$1"
  [ -n "$(instance_pid)" ] || instance_launch --name "h$1" --docker-cluster "unix://$RUN_DIR/cluster.sock"
}

# Of the host that is the instance.
gantry() { "$DIST/bin/gantry" --grpc "unix://$GRPC_SOCKET" "$@"; }

# Makes them one cluster, those that belong to none.
hosts_join() {
  local i token
  host 1
  gantry cluster nodes >/dev/null 2>&1 || gantry cluster init --address "$SUBNET.1" || return 1
  token=$(gantry cluster token) || return 1
  for i in $(hosts); do
    host "$i"
    gantry cluster nodes >/dev/null 2>&1 ||
      gantry cluster join "$SUBNET.1" --token "$token" --address "$SUBNET.$i" || return 1
  done
}

hosts_ready() {
  local i
  for i in $(hosts); do
    host "$i"
    instance_ready || return 1
    instance_image
  done
}

cluster_up() {
  local i
  [ -x "$DIST/bin/gantryd" ] || . ops/dev/build.sh
  install_missing
  mkdir -p "$CLUSTER_DIR"
  [ -e "/run/netns/$SWITCH" ] || {
    ops/dev/switch add "$SWITCH"
    ops/dev/switch uplink "$SWITCH" "$SWITCH" "$SUBNET.254/24"
  }
  for i in $(seq "$1"); do host_begin "$i"; done
  step cluster "Starting $1 hosts" hosts_ready || die "a host did not start: see $LOG_DIR/gantryd-h*.log"
  step cluster "Making them one cluster" hosts_join || die "a host did not join: see $LOG_DIR/gantryd-h*.log"
}

cluster_down() {
  local i
  for i in $(hosts); do
    host "$i"
    if [ -e "/run/netns/${SWITCH}h$i" ]; then
      instance_stop
      ip netns del "${SWITCH}h$i"
    fi
    rm -rf "$CLUSTER_DIR/h$i" "$RUN_DIR"
  done
  if [ -e "/run/netns/$SWITCH" ]; then ops/dev/switch del "$SWITCH"; fi
  rm -rf "$CLUSTER_DIR" "$DEV_DIR/busybox.tar"
  [ "$SHORT_DIR" = "$DEV_DIR" ] || rmdir --ignore-fail-on-non-empty "$SHORT_DIR" 2>/dev/null || true
}

# Calls each published port of a service's replicas, until host I does not answer.
cluster_call() { # NAME I
  local listed ports port answered
  host "$2"
  while listed=$(curl -sS --max-time 20 --unix-socket "$RUN_DIR/cluster.sock" -G http://gantry/containers/json \
    --data-urlencode "filters={\"label\":[\"com.docker.swarm.service.name=$1\"]}"); do
    ports=$(printf %s "$listed" | python3 -c '
import json, sys
for container in json.load(sys.stdin):
    port = next((port["PublicPort"] for port in container["Ports"] if "PublicPort" in port), None)
    if port: print(container["Labels"]["gantry.host"].removeprefix("h"), port)')
    answered=$(while read -r i port; do
      curl -sS -o /dev/null --max-time 1 "http://$SUBNET.$i:$port/" 2>/dev/null && echo "$i" || true
    done <<<"$ports")
    say "$(date +%T)  $(printf %s "$answered" | grep -c .) of $(printf %s "$ports" | grep -c .) replicas that h$2 hears of answer"
    sleep 1
  done
}

# A signal for the agent of host I.
host_signal() { # SIGNAL I
  local pid
  host "$2"
  pid=$(instance_pid)
  [ -n "$pid" ] || die "the agent of host $2 does not run"
  kill "-$1" "$pid"
}

cluster_help() {
  local i
  say
  say "Hosts, each with its agent (their logs: ${LOG_DIR#"$GANTRY_HOME"/}/gantryd-h*.log), and names for their command lines:"
  for i in $(hosts); do
    host "$i"
    say "  alias h$i='docker -H unix://$DOCKER_SOCKET' g$i='$DIST/bin/gantry --grpc unix://$GRPC_SOCKET'   # $SUBNET.$i"
  done
  host 1
  cat <<TEXT

Try:

  alias all="docker -H unix://$RUN_DIR/cluster.sock"   # all hosts as one engine
  all run -d --name web busybox sleep 1000 && all ps --format '{{.Names}} {{.Label "gantry.host"}}'
  h1 run -d --name page -p 8080:80 busybox httpd -f -p 80 -h /etc && curl $SUBNET.1:8080/passwd

  ./dev cluster cut 2     host 2 hears nobody any more
  ./dev cluster heal      all hear each other again
  ./dev cluster kill 3    host 3 has no agent any more, its containers go on; ./dev cluster $(hosts | wc -l) starts it again
  ./dev cluster down      ends all, with their containers

docs/cluster.md has a walk through services, losses and the merged record.
TEXT
}

# shellcheck disable=SC2046 # $(hosts): a word a host
case ${1:-} in
  down) cluster_down ;;
  cut) ops/dev/switch segment "$SWITCH" "${2:?which host?}" "$2" ;;
  heal) ops/dev/switch segment "$SWITCH" 0 $(hosts) ;;
  call) cluster_call "${2:?which service?}" "${3:-1}" ;;
  kill) host_signal KILL "${2:?which host?}" ;;
  pause) host_signal STOP "${2:?which host?}" ;;
  resume) host_signal CONT "${2:?which host?}" ;;
  [1-9] | [1-9][0-9])
    cluster_up "$1"
    cluster_help
    ;;
  *) die "./dev cluster N, 'cut I', 'heal', 'kill I', 'pause I', 'resume I', 'call NAME [I]' or 'down'" ;;
esac
