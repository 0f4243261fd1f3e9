# shellcheck shell=bash
# The agents of ./dev up and ./dev cluster: where one lives and how it starts and ends. It is known by the pid in a file,
# and only if that process still runs our distribution.

# A unix socket's path has at most 107 bytes, and a container's sockets lie deeper: a long checkout path is not for them.
if [ ${#DEV_DIR} -le 40 ]; then SHORT_DIR=$DEV_DIR; else SHORT_DIR=/run/gantry-dev-$(printf %s "$DEV_DIR" | cksum | cut -d' ' -f1); fi

# instance DIRECTORY RUN_DIR LOG_FILE [WORD...]: which agent the functions below speak of. The words begin each command
# that is to run where the agent does.
instance() {
  PID_FILE=$1/pid
  STATE_DIR=$1/state
  RUN_DIR=$2
  AGENT_LOG=$3
  shift 3
  WHERE=("$@")
  DOCKER_SOCKET=$RUN_DIR/docker.sock
  GRPC_SOCKET=$RUN_DIR/grpc.sock
}
instance "$DEV_DIR" "$SHORT_DIR/run" "$LOG_DIR/gantryd.log"

api() { curl -sS --max-time 60 --unix-socket "$DOCKER_SOCKET" "http://gantry$1" "${@:2}"; }

# The pid of the running instance, or nothing.
instance_pid() {
  local pid
  pid=$(cat "$PID_FILE" 2>/dev/null) || return 0
  if tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF -- "--run-dir $RUN_DIR"; then echo "$pid"; fi
}

# Begins it, with these further flags.
# shellcheck disable=SC2120 # cluster.sh has some
instance_launch() {
  mkdir -p "$STATE_DIR" "$RUN_DIR"
  "${WHERE[@]}" setsid "$DIST/bin/gantryd" --state-dir "$STATE_DIR" --run-dir "$RUN_DIR" \
    --docker "unix://$DOCKER_SOCKET" --grpc "unix://$GRPC_SOCKET" "$@" >"$AGENT_LOG" 2>&1 </dev/null &
  echo $! >"$PID_FILE"
}

instance_start() {
  instance_launch
  step start "Starting the agent" instance_ready || instance_failed
}

instance_failed() {
  tail -n 20 "$AGENT_LOG"
  die "the agent did not start: its log is $AGENT_LOG"
}

instance_image() {
  [ -z "$(api "/images/busybox:latest/json" | grep -o '"Id"')" ] || return 0
  [ -r "$DEV_DIR/busybox.tar" ] || ops/dev/busybox-image "$DEV_DIR/busybox.tar"
  api '/images/create?fromSrc=-&repo=busybox&tag=latest' -X POST -H 'Content-Type: application/x-tar' \
    --data-binary "@$DEV_DIR/busybox.tar" >"$LOG_DIR/import.log" || die "cannot import the busybox image: see $LOG_DIR/import.log"
}

instance_ready() {
  local tries=0
  until [ "$(api /_ping 2>/dev/null)" = OK ]; do
    [ -n "$(instance_pid)" ] && [ $((++tries)) -lt 300 ] || return 1
    sleep 0.1
  done
}

instance_stop() {
  local pid id tries=0
  pid=$(instance_pid)
  if [ -n "$pid" ]; then
    for id in $(api '/containers/json?all=1' | grep -o '"Id":"[0-9a-f]\{64\}"' | cut -d'"' -f4); do
      api "/containers/$id?force=1&v=1" -X DELETE || true
    done
    kill -TERM "$pid"
    while kill -0 "$pid" 2>/dev/null; do
      [ $((++tries)) -lt 300 ] || { kill -KILL "$pid"; say "the agent did not end within 30 s and was killed"; }
      sleep 0.1
    done
  fi
  "${WHERE[@]}" ops/dev/sweep "$STATE_DIR" "$RUN_DIR"
  rm -rf "$STATE_DIR" "$RUN_DIR" "$PID_FILE" "$DEV_DIR/busybox.tar"
}

first_container() {
  say "A first container says:"
  if command -v docker >/dev/null; then
    docker -H "unix://$DOCKER_SOCKET" run --rm busybox echo "  hello from a container on $(uname -n)"
  else
    "$DIST/bin/gantry" --grpc "unix://$GRPC_SOCKET" run --rm busybox echo "  hello from a container on $(uname -n)"
  fi
}

next_steps() {
  cat <<TEXT

The agent runs (pid $(instance_pid); its log is ${LOG_DIR#"$GANTRY_HOME"/}/gantryd.log). Try:

  export DOCKER_HOST=unix://$DOCKER_SOCKET
  docker run -it --rm busybox sh
  docker run -d --name web -p 8080:80 busybox httpd -f -p 80 -h /etc && curl localhost:8080/passwd
  docker events --since 10m      # also from before the agent's last restart; Ctrl-C ends it

  alias gantry="$DIST/bin/gantry --grpc unix://$GRPC_SOCKET"
  gantry ps
  gantry events --follow         # the record itself: who asked for what, and what caused it
  gantry doctor --state-dir $STATE_DIR --run-dir $RUN_DIR

  ./dev down      ends it and removes its containers
TEXT
}
