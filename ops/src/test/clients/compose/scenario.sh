# docker-compose with an application of five services. Usage, with DOCKER_HOST and IMAGE (a busybox):
#   scenario.sh up DIRECTORY REDIS   builds and starts it; REDIS holds unpacked Debian packages
#   scenario.sh check DIRECTORY      what people do with a running application
#   scenario.sh down DIRECTORY       removes it; nothing may stay
set -eu
HERE=$(dirname "$(readlink -f "$0")")
WORK=$2
PROJECT=gantryapp
LINE=0
trap 'LINE=$LINENO' DEBUG
trap 'status=$?; [ "$status" = 0 ] || echo "failed at line $LINE"; exit $status' EXIT

compose() { (cd "$WORK" && COMPOSE_HTTP_TIMEOUT=60 /usr/bin/docker-compose --ansi never -p "$PROJECT" "$@"); }
page() { curl -fsS --max-time 10 http://127.0.0.1:18080/cgi-bin/page; }
running() { docker ps --quiet --filter "label=com.docker.compose.service=$1" --filter status=running | wc -l; }

soon() {
  for _ in $(seq 150); do
    if "$@" >/dev/null 2>&1; then return; fi
    sleep 0.1
  done
  echo "not within 15 s: $*"; compose ps; compose logs --no-color --tail 20; exit 1
}

# The program and every library it needs, from the packages or else from this machine.
context() {
  local root=$WORK/root libraries
  mkdir -p "$root/usr/bin" "$root/data" "$root/lib64"
  cp -r "$HERE/docker-compose.yml" "$HERE/Dockerfile" "$HERE/srv" "$WORK"
  cp "$1/usr/bin/redis-check-rdb" "$root/usr/bin/redis-server" # one program by two names
  cp "$1/usr/bin/redis-cli" "$root/usr/bin/"
  libraries=$(LD_LIBRARY_PATH=$1/usr/lib/$(uname -m)-linux-gnu ldd "$root/usr/bin/redis-server" "$root/usr/bin/redis-cli" |
    grep -oE '/[^ ]+ \(0x' | sed 's/ (0x//' | sort -u)
  mkdir -p "$root/lib"
  for library in $libraries; do
    case $library in */ld-linux*) cp -L "$library" "$root/lib64/" ;; *) cp -L "$library" "$root/lib/" ;; esac
  done
}

up() {
  context "$1"
  compose up -d --build
  soon page
  page | grep -q '^page of schema 1 count [0-9]*$'
}

check() {
  compose ps | grep -q web
  compose ps -q db | grep -qE '^[0-9a-f]{64}$'
  docker ps --filter label=com.docker.compose.service=db --format '{{.Status}}' | grep -q '(healthy)'
  [ "$(docker inspect --format '{{.State.ExitCode}}' "$(compose ps -q migrate)")" = 0 ]

  compose logs --no-color --tail 5 worker | grep -q 'worked'
  timeout 3 sh -c "cd '$WORK' && docker-compose -p $PROJECT logs -f --no-color worker" | grep -q worked
  [ "$(compose exec -T db redis-cli get schema)" = 1 ]
  compose run --rm -T --no-deps migrate redis-cli -h db get schema | grep -q 1
  if compose run --rm -T --no-deps migrate sh -c 'exit 6'; then exit 1; else [ $? = 6 ]; fi
  compose top worker | grep -q worker.sh
  [ "$(compose port web 80)" = 0.0.0.0:18080 ]

  compose scale worker=3
  [ "$(running worker)" = 3 ]
  compose up -d --scale worker=1
  [ "$(running worker)" = 1 ]

  compose pause api
  compose unpause api
  compose stop worker
  [ "$(running worker)" = 0 ]
  compose start worker
  compose restart api
  soon page

  # Changed configuration: only that service is made anew, its data stays.
  local before database
  before=$(compose ps -q api) database=$(compose ps -q db)
  sed -i 's/DATABASE=db/DATABASE=db, CHANGED=1/' "$WORK/docker-compose.yml"
  compose up -d
  [ "$(compose ps -q api)" != "$before" ]
  [ "$(compose ps -q db)" = "$database" ]
  soon page
  compose exec -T api sh -c 'echo $CHANGED' | grep -qx 1

  # Rebuilt and recreated.
  echo '# changed' >>"$WORK/srv/worker.sh"
  compose build db
  compose up -d --force-recreate --no-deps worker
  compose exec -T worker grep -q changed /srv/worker.sh
  compose up -d
  soon page
  compose kill -s SIGTERM worker
  compose images | grep -q gantry-compose-app
  compose config -q
}

down() {
  compose down -v --rmi local
  [ -z "$(docker ps -aq --filter label=com.docker.compose.project=$PROJECT)" ]
  [ -z "$(docker network ls -q --filter label=com.docker.compose.project=$PROJECT)" ]
  [ -z "$(docker volume ls -q --filter label=com.docker.compose.project=$PROJECT)" ]
}

case $1 in
  up) up "$3" ;;
  check) check ;;
  down) down ;;
esac
