# The commands that Dokku types (its templates, filters and order), through Docker's command line.
# Usage: scenario.sh IMAGE, with DOCKER_HOST. IMAGE is a busybox. Leaves nothing behind.
set -eu
IMAGE=$1
WORK=$(mktemp -d)
APP="--label=com.dokku.app-name=app --label=dokku"
trap 'status=$?; clean >/dev/null 2>&1 || true; [ "$status" = 0 ] || echo "failed at line $LINE"; exit $status' EXIT
LINE=0
trap 'LINE=$LINENO' DEBUG

clean() {
  docker container ls --all --quiet --filter label=dokku | xargs -r docker rm -f
  docker network rm dokku-net
  docker volume rm -f cache-app
  docker image rm -f dokku/app:latest dokku/app:built
  rm -rf "$WORK"
}

# is EXPECTED COMMAND...: what it prints
is() {
  local expected=$1 found
  shift
  found=$("$@")
  [ "$found" = "$expected" ] || { echo "$*: expected '$expected', found '$found'"; exit 1; }
}

# fails TEXT COMMAND...: it must not succeed, and say so
fails() {
  local text=$1 said
  shift
  if said=$("$@" 2>&1); then echo "$* succeeded"; exit 1; fi
  case $said in *"$text"*) ;; *) echo "$*: expected '$text', found '$said'"; exit 1 ;; esac
}

soon() {
  for _ in $(seq 100); do
    if "$@" >/dev/null 2>&1; then return; fi
    sleep 0.1
  done
  echo "not within 10 s: $*"; exit 1
}

inspect() { docker inspect --format "$1" "$2"; }
fetch() { wget -qO- --timeout=5 "http://$1:5000/" || curl -fsS --max-time 5 "http://$1:5000/"; }
web() { echo "echo \$RELEASE > /tmp/index.html; exec httpd -f -p \$PORT -h /tmp"; }

# -- what the host can do
is json-file docker system info --format '{{ .LoggingDriver }}'
docker version --format '{{ .Client.Version }}' >/dev/null
docker info -f '{{ .SecurityOptions }}' | grep -q seccomp
docker info -f '{{ range .ClientInfo.Plugins }}{{ if eq .Name "compose" }}true{{ end }}{{ end }}' >/dev/null
docker -D system info >/dev/null 2>&1

# -- a build in a container, with a cache; then an image of it
is "" docker volume ls --quiet --filter label=com.dokku.app-name=app --filter label=dokku
docker volume create $APP --label=com.dokku.image-stage=build cache-app >/dev/null
is cache-app docker volume ls --quiet --filter label=com.dokku.app-name=app --filter label=dokku
build=$(docker container create $APP -v cache-app:/cache --env=TRACE=1 "$IMAGE" sh -c 'mkdir -p /app; echo built > /app/out; echo kept > /cache/f')
docker container start "$build" >/dev/null
docker container attach "$build" >/dev/null 2>&1 || true # it may have ended already
is 0 docker container wait "$build"
docker container commit --change 'LABEL com.dokku.image-stage=build' --change 'ENV FROM=commit' "$build" dokku/app:built >/dev/null
is build docker image inspect --format '{{ index .Config.Labels "com.dokku.image-stage" }}' dokku/app:built
is built docker run --rm dokku/app:built cat /app/out
docker container rm "$build" >/dev/null
docker image tag dokku/app:built dokku/app:latest
is "" inspect '{{ index .Config.Labels "no-such-label" }}' dokku/app:latest
is '["dokku/app:built","dokku/app:latest"]' sh -c "docker inspect --format '{{ json .RepoTags }}' dokku/app:latest | tr -d '[]' | tr , '\n' | sort | paste -sd, | sed 's/.*/[&]/'"
inspect '{{ json .Config.Entrypoint }}{{ json .Config.Cmd }}{{ .Architecture }}{{ .Id }}' dokku/app:latest >/dev/null

# -- files of a container that never ran
shell=$(docker container create $APP dokku/app:latest true)
docker container cp --quiet "$shell:/app/out" - | tar -xO | grep -qx built
docker container cp --quiet "$shell:/app" "$WORK/copied"
grep -qx built "$WORK/copied/out"
docker container remove -f "$shell" >/dev/null

# -- deploy: old and new side by side, then one takes the other's place
docker network create --attachable --label com.dokku.network-name=dokku-net dokku-net >/dev/null
docker network ls --format json | grep '"Name":"dokku-net"' | grep -q '"Driver":"bridge"'
docker network inspect dokku-net >/dev/null

# deploy NAME RELEASE: prints the id
deploy() {
  local cid
  cid=$(docker container create --name="$1" --init --env=RELEASE="$2" --env=DYNO=web.1 --env=PORT=5000 \
    --restart=on-failure:10 --network=bridge --log-opt=max-size=10m --memory=64m --memory-reservation=32m --cpus=1 \
    -v "$WORK:/storage:ro" -p 5000 --platform=linux/amd64 $APP --label=com.dokku.container-type=deploy \
    --label=com.dokku.process-type=web --label=com.dokku.dyno=web.1 dokku/app:latest sh -c "$(web)")
  docker network connect --alias app.web --alias here.app.web dokku-net "$cid"
  docker container start "$cid" >/dev/null
  echo "$cid"
}

address() {
  is bridge inspect '{{ .HostConfig.NetworkMode }}' "$1"
  inspect '{{ $network := index .NetworkSettings.Networks "bridge" }}{{ $network.IPAddress}}' "$1"
}

old=$(deploy app.web.1 one)
soon fetch "$(address "$old")"
is one fetch "$(address "$old")"
is "$(address "$old")" inspect '{{ .NetworkSettings.IPAddress }}' "$old"

new=$(deploy app.web.1.upcoming-7 two)
soon fetch "$(address "$new")"
is true inspect '{{ .State.Running }}' "$new"
is 0 inspect '{{ .RestartCount }}' "$new"
is "$old" sh -c "docker container ls --all --quiet --no-trunc --filter 'name=^.?app.web.1\$'"
is running inspect '{{.State.Status}}' "$old"
docker rename app.web.1 app.web.1.1700000000
is /app.web.1.upcoming-7 inspect '{{.Name}}' "$new"
docker rename "$new" app.web.1
is "$new" sh -c "docker container ls --all --quiet --no-trunc --filter 'name=^.?app.web.1\$'"
is one fetch "$(address "$old")"
is two fetch "$(address "$new")"
docker run --rm --network dokku-net $APP "$IMAGE" wget -qO- http://here.app.web:5000/ | grep -qE '^(one|two)$'

# -- retire the old one
docker container update --restart=no "$old" >/dev/null
is no inspect '{{ .HostConfig.RestartPolicy.Name }}' "$old"
docker container kill --signal=SIGTERM "$old" >/dev/null
docker container stop -t=1 "$old" >/dev/null
docker container stop --time=1 "$old" >/dev/null
docker container kill "$old" >/dev/null 2>&1 || true
docker container rm --force "$old" >/dev/null
fails "No such object" docker inspect "$old"
is two fetch "$(address "$new")"

# -- images, by bare hex and in use
bare=$(inspect '{{.Image}}' "$new" | cut -d: -f2)
docker image inspect "$bare" >/dev/null
fails "" docker image remove --no-prune "$bare"
docker tag "$bare" dokku/app:unused
docker image remove dokku/app:unused >/dev/null

# -- logs, commands in the running app
docker logs "$new" >"$WORK/log" 2>&1
is 5000 docker exec "$new" sh -c 'echo $PORT'
is /tmp docker exec -w /tmp -i "$new" pwd
if docker exec "$new" sh -c 'exit 9'; then exit 1; else [ $? = 9 ]; fi
docker container port "$new" 5000 | grep -qE '^(0\.0\.0\.0|\[::\]):[0-9]+$'

# -- dokku run and cron: attached to the start, gone afterwards
cid=$(docker container create --rm --interactive --tty $APP --label=com.dokku.container-type=run --label=com.dokku.cron-id=x dokku/app:latest sh -c 'echo ran; exit 4')
if script -qec "docker container start --attach --interactive $cid" /dev/null </dev/null >"$WORK/ran"; then exit 1; else [ $? = 4 ]; fi
grep -q ran "$WORK/ran"
docker container wait "$cid" >/dev/null 2>&1 || true
soon sh -c "! docker inspect $cid"
cron=$(docker run -d $APP --label=com.dokku.cron-id=x dokku/app:latest sleep 1000)
is "$cron" docker container ls --filter label=com.dokku.cron-id=x --filter status=running --quiet --no-trunc
docker container ls --all --no-trunc --filter label=com.dokku.cron-id=x --format "{{.Names}}\t{{.Command}}\t{{.RunningFor}}" | grep -q '"sleep 1000"'
docker container ls --all --filter label=com.dokku.cron-id=x --format "table {{.Names}}\t{{.Status}}" | grep -q NAMES
docker container ls --filter label=com.dokku.cron-id=x --format '{{ json . }}' | grep -q '"State":"running"'
stamp=$(docker container ls --filter label=com.dokku.cron-id=x --format '{{.ID}} {{.CreatedAt}}' | cut -d' ' -f2-3)
date -d "$stamp" >/dev/null
docker container kill "$cron" >/dev/null
is "$cron" docker container ls --all --quiet --no-trunc --filter status=exited --filter label=com.dokku.cron-id=x

# -- events, as dokku-event-listener reads them
docker events --since 10m --until 0s --filter type=container --filter label=com.dokku.app-name=app --format '{{json .}}' >"$WORK/events"
for status in start die destroy; do grep -q "\"status\":\"$status\"" "$WORK/events"; done

# -- clean-up
docker container ls --quiet --all --filter status=exited --filter label=dokku | xargs -r docker container rm >/dev/null
docker container rm -f "$new" >/dev/null
docker image prune --all --force --filter label=com.dokku.app-name=none >/dev/null
docker builder prune -f >/dev/null
docker network rm dokku-net >/dev/null
docker volume rm -f cache-app >/dev/null
docker image remove --force --no-prune dokku/app:built dokku/app:latest >/dev/null
fails "No such image" docker image inspect dokku/app:latest
is "" docker container ls --all --quiet --filter label=dokku
echo "the commands of Dokku work"
