# shellcheck shell=bash
# ./dev bench [engines|images|host|losses|network|core|scale] [ARGUMENTS]: what docs/benchmarks.md is made of; without a word
# all but the losses and the scale.
#   engines  Gantry beside a Debian dockerd, if there is one, interleaved run by run; ARGUMENTS go to engine_bench.py
#   images   build, push, pull, save, load beside that dockerd, by a registry of Debian's; ARGUMENTS go to image_bench.py
#   host     growth, restart under running containers, memory of each by itself; ARGUMENTS go to host_bench.py
#   losses   a service's replicas while one of three hosts is lost, twenty times (half an hour); ARGUMENTS go to loss_bench.py
#   network  the network part of a start, among 1 and among 500 containers, beside the program ip
#   scale    clusters of many hosts in memory (docs/scale.md); ARGUMENTS: --hosts 5,10,25,50 --containers 10000 --seed 1 …
#   core     one append to the record, one decision of the life cycle, in a JVM of its own
# Engines live in directories and a network namespace made for this run, and nothing of them is left. An engine_bench.py
# in ../shared/bench, where several engines are compared by the same one, is preferred to ours.
. ops/dev/install.sh

part=all
case ${1:-} in engines | images | host | losses | network | core | scale)
  part=$1
  shift
  ;;
esac

bench_core() {
  step core "Measuring appends and decisions" maven -pl persistence,agent -am test -Dgantry.unit.tests.skip=false \
    -Dtest='RecordAppendBench,DecisionBench' -Dsurefire.failIfNoSpecifiedTests=false
  say '| measure | |'
  say '|---|---|'
  grep -h '^| one ' "$LOG_DIR/core.log" | tee "$LOG_DIR/bench-core.md"
}

# The bench makes a network namespace of its own, in which all that it makes is, and ends it.
bench_network() {
  step network "Measuring the network part of a start" maven -pl persistence,agent -am test -Dgantry.unit.tests.skip=false \
    -Dtest=NetworkStartBench -Dsurefire.failIfNoSpecifiedTests=false
  say '| measure | |'
  say '|---|---|'
  grep -h '^| network part ' "$LOG_DIR/network.log" | tee "$LOG_DIR/bench-network.md"
}

# All hosts are in one JVM and need no root. Their directories go, tables and curves stay beside the logs.
bench_scale() {
  local directory classes
  find_jdk
  directory=$(mktemp -d /tmp/gbench.XXXX)
  # shellcheck disable=SC2064 # this directory
  trap "rm -rf --one-file-system '$directory'" EXIT
  step scale-classes "Compiling the simulation" maven -pl ops -am test-compile \
    org.apache.maven.plugins:maven-dependency-plugin:build-classpath -Dmdep.outputFile="$directory/classpath"
  classes=ops/target/test-classes:ops/target/classes:$(cat "$directory/classpath")
  say "Measuring clusters (half an hour with all sizes) …"
  "$JAVA_HOME/bin/java" --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED -Xmx4g \
    -XX:+UseParallelGC -XX:MaxDirectMemorySize=2g -cp "$classes" io.gantry.ops.scale.ScaleBench \
    --directory "$directory" --out "$LOG_DIR" "$@" 2>"$LOG_DIR/scale.log" | tee "$LOG_DIR/bench-scale.md"
  say "Tables and curves are in $LOG_DIR: bench-scale.md, scale.csv, scale-*.svg"
}

if [ "$part" = core ]; then
  bench_core
  exit 0
fi
if [ "$part" = scale ]; then
  bench_scale "$@"
  exit 0
fi
need_root bench
install_missing
if [ "$part" = network ]; then
  bench_network
  exit 0
fi
[ -x "$DIST/bin/gantryd" ] && [ -d "$DIST/aot" ] || . ops/dev/build.sh

BENCH=$(mktemp -d /tmp/gbench.XXXX)
NETNS=$(basename "$BENCH")
SCRIPT=ops/bench/engine_bench.py
[ ! -r ../shared/bench/engine_bench.py ] || SCRIPT=../shared/bench/engine_bench.py
bench_pids=()

bench_stop() {
  local pid
  for pid in "${bench_pids[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
  for pid in "${bench_pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  bench_pids=()
}

bench_end() {
  local pid point
  bench_stop
  for pid in $(grep -lsF "$BENCH" /proc/[0-9]*/cmdline | cut -d/ -f3); do
    [ "$pid" = $$ ] || kill -KILL "$pid" 2>/dev/null || true
  done
  for point in $(grep -F "$BENCH" /proc/mounts | cut -d' ' -f2 | sort -r); do umount -l "$point" || true; done
  nsenter --net="/run/netns/$NETNS" ops/dev/sweep "$BENCH/g" "$BENCH/gr"
  nsenter --net="/run/netns/$NETNS" ops/dev/sweep "$BENCH/hg" "$BENCH/hgr"
  ip netns del "$NETNS" 2>/dev/null || true
  rm -rf --one-file-system "$BENCH"
}
trap bench_end EXIT

bench_start() { # NAME COMMAND...: starts an engine, waits until its socket answers
  local name=$1 socket=$BENCH/$1.sock tries=0
  shift
  nsenter --net="/run/netns/$NETNS" "$@" >"$LOG_DIR/bench-$name.log" 2>&1 </dev/null &
  bench_pids+=($!)
  until [ "$(curl -s --unix-socket "$socket" http://bench/_ping)" = OK ]; do
    [ $((++tries)) -lt 600 ] || die "$name did not start: see $LOG_DIR/bench-$name.log"
    sleep 0.1
  done
}

gantry_command() { # SOCKET STATE
  printf '%s ' "$DIST/bin/gantryd" --state-dir "$BENCH/$2" --run-dir "$BENCH/$2r" \
    --docker "unix://$BENCH/$1.sock" --grpc "unix://$BENCH/$1-grpc.sock"
}

dockerd_command() { # SOCKET STATE
  printf '%s ' dockerd --live-restore --data-root "$BENCH/$2" --exec-root "$BENCH/$2r" \
    -H "unix://$BENCH/$1.sock" --pidfile "$BENCH/$1.pid" --bip 10.99.0.1/16
}

bench_engines() {
  local engines=("gantry=$BENCH/gantry.sock")
  # shellcheck disable=SC2046 # a command of several words
  bench_start gantry $(gantry_command gantry g)
  if command -v dockerd >/dev/null; then
    engines+=("dockerd=$BENCH/dockerd.sock")
    # shellcheck disable=SC2046 # a command of several words
    bench_start dockerd $(dockerd_command dockerd d)
  else
    say "There is no dockerd to compare with (Debian: docker.io)."
  fi
  say "Measuring with $SCRIPT (minutes) …"
  python3 "$SCRIPT" --bb "$BENCH/bb.tar" "$@" "${engines[@]}" | tee "$LOG_DIR/bench-engines.md"
  bench_stop
}

# Two engines and a registry, all in the namespace of the run; the image's base is a Debian, made once and kept.
bench_images() {
  local base=$GANTRY_HOME/.gantry-dev/bench-base.tar engines=("gantry=$BENCH/images.sock") program
  for program in docker docker-registry; do
    command -v "$program" >/dev/null || { say "There is no $program: images are not measured."; return 0; }
  done
  if [ ! -s "$base" ]; then
    command -v debootstrap >/dev/null || { say "There is no debootstrap: images are not measured."; return 0; }
    step debootstrap "Making a Debian to build on" debootstrap --variant=minbase bookworm "$BENCH/debian"
    tar -C "$BENCH/debian" -cf "$base.new" .
    mv "$base.new" "$base"
    rm -rf --one-file-system "$BENCH/debian"
  fi
  printf 'version: 0.1\nstorage: {filesystem: {rootdirectory: %s/registry}}\nhttp: {addr: "127.0.0.1:5001"}\n' \
    "$BENCH" >"$BENCH/registry.yml"
  nsenter --net="/run/netns/$NETNS" docker-registry serve "$BENCH/registry.yml" \
    >"$LOG_DIR/bench-registry.log" 2>&1 </dev/null &
  bench_pids+=($!)
  # shellcheck disable=SC2046 # a command of several words
  bench_start images $(gantry_command images g)
  if command -v dockerd >/dev/null; then
    engines+=("dockerd=$BENCH/images-dockerd.sock")
    # shellcheck disable=SC2046 # a command of several words
    bench_start images-dockerd $(dockerd_command images-dockerd d)
  fi
  say "Measuring images (minutes) …"
  python3 ops/bench/image_bench.py --base "$base" "$@" "${engines[@]}" | tee "$LOG_DIR/bench-images.md"
  bench_stop
}

bench_host() {
  local inside="nsenter --net=/run/netns/$NETNS" engines
  engines=(--engine "gantry|$BENCH/host-gantry.sock|$inside $(gantry_command host-gantry hg)")
  if command -v dockerd >/dev/null; then
    engines+=(--engine "dockerd|$BENCH/host-dockerd.sock|$inside $(dockerd_command host-dockerd hd)")
  fi
  say "Measuring growth, restarts and memory (minutes) …"
  python3 ops/bench/host_bench.py --bb "$BENCH/bb.tar" "$@" "${engines[@]}" | tee "$LOG_DIR/bench-host.md"
}

bench_losses() {
  local engines i
  engines=(--engine "gantry|$DIST/bin/gantryd --name {name} --state-dir {dir}/s --run-dir {dir}/r --docker unix://{dir}/docker.sock")
  if command -v dockerd >/dev/null; then
    engines+=(--engine "dockerd|dockerd --data-root {dir}/s --exec-root {dir}/r -H unix://{dir}/docker.sock --pidfile {dir}/pid")
  fi
  say "Losing hosts (half an hour) …"
  python3 ops/bench/loss_bench.py --directory "$BENCH/losses" --switch ops/dev/switch --bb "$BENCH/bb.tar" "$@" \
    "${engines[@]}" | tee "$LOG_DIR/bench-losses.md"
  for i in 1 2 3; do ops/dev/sweep "$BENCH/losses/gantry/h$i/s" "$BENCH/losses/gantry/h$i/r"; done
}

ip netns add "$NETNS"
ip -n "$NETNS" link set lo up
ops/dev/busybox-image "$BENCH/bb.tar"
case $part in
  engines) bench_engines "$@" ;;
  images) bench_images "$@" ;;
  host) bench_host "$@" ;;
  losses) bench_losses "$@" ;;
  all)
    bench_engines
    bench_images
    bench_host
    bench_network
    bench_core
    ;;
esac
