# Gantry beside a Debian dockerd, if there is one, interleaved run by run. Both live in directories and a network
# namespace made for this run, and nothing of them is left. Arguments go to ops/bench/engine_bench.py.
. ops/dev/install.sh
need_root bench
install_missing
[ -x "$DIST/bin/gantryd" ] && [ -d "$DIST/aot" ] || . ops/dev/build.sh

BENCH=$(mktemp -d /tmp/gbench.XXXX)
NETNS=$(basename "$BENCH")
bench_pids=()

bench_end() {
  local pid point
  for pid in "${bench_pids[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
  for pid in "${bench_pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  for pid in $(grep -lsF "$BENCH" /proc/[0-9]*/cmdline | cut -d/ -f3); do
    [ "$pid" = $$ ] || kill -KILL "$pid" 2>/dev/null || true
  done
  for point in $(grep -F "$BENCH" /proc/mounts | cut -d' ' -f2 | sort -r); do umount -l "$point" || true; done
  nsenter --net="/run/netns/$NETNS" ops/dev/sweep "$BENCH/g" "$BENCH/gr"
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
    [ $((++tries)) -lt 300 ] || die "$name did not start: see $LOG_DIR/bench-$name.log"
    sleep 0.1
  done
}

ip netns add "$NETNS"
ip -n "$NETNS" link set lo up
ops/dev/busybox-image "$BENCH/bb.tar"
engines=("gantry=$BENCH/gantry.sock")
bench_start gantry "$DIST/bin/gantryd" --state-dir "$BENCH/g" --run-dir "$BENCH/gr" \
  --docker "unix://$BENCH/gantry.sock" --grpc "unix://$BENCH/grpc.sock"
if command -v dockerd >/dev/null; then
  engines+=("dockerd=$BENCH/dockerd.sock")
  bench_start dockerd dockerd --live-restore --data-root "$BENCH/d" --exec-root "$BENCH/dr" \
    -H "unix://$BENCH/dockerd.sock" --pidfile "$BENCH/dockerd.pid" --bip 10.99.0.1/16
else
  say "There is no dockerd to compare with (Debian: docker.io)."
fi
python3 ops/bench/engine_bench.py --bb "$BENCH/bb.tar" "$@" "${engines[@]}" | tee "$LOG_DIR/bench.md"
