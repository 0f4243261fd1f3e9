# shellcheck shell=bash
# Hosts on this machine, each with a network namespace, a state and a run directory and an agent of its own:
#   ./dev cluster N       starts hosts h1 to hN and says how to use them. Hosts that run already are kept.
#   ./dev cluster down    ends them with their containers; nothing of them is left
#   ./dev cluster cut I   host I hears nobody any more; 'heal' connects all again
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

cluster_help() {
  local i
  say
  say "Hosts, each with its agent (their logs: ${LOG_DIR#"$GANTRY_HOME"/}/gantryd-h*.log):"
  for i in $(hosts); do
    host "$i"
    say "  h$i  $SUBNET.$i  docker -H unix://$DOCKER_SOCKET  gantry --grpc unix://$GRPC_SOCKET"
  done
  host 1
  cat <<TEXT

Try:

  alias all="docker -H unix://$RUN_DIR/cluster.sock"   # all hosts as one engine
  all run -d --name web busybox sleep 1000 && all ps --format '{{.Names}} {{.Label "gantry.host"}}'
  alias h1="docker -H unix://$DOCKER_SOCKET"
  h1 run -d --name page -p 8080:80 busybox httpd -f -p 80 -h /etc && curl $SUBNET.1:8080/passwd

  ./dev cluster cut 2     host 2 hears nobody any more
  ./dev cluster heal      all hear each other again
  ./dev cluster down      ends all, with their containers
TEXT
}

# shellcheck disable=SC2046 # $(hosts): a word a host
case ${1:-} in
  down) cluster_down ;;
  cut) ops/dev/switch segment "$SWITCH" "${2:?which host?}" "$2" ;;
  heal) ops/dev/switch segment "$SWITCH" 0 $(hosts) ;;
  [1-9] | [1-9][0-9])
    cluster_up "$1"
    cluster_help
    ;;
  *) die "./dev cluster N, 'down', 'cut I' or 'heal'" ;;
esac
