# docker-compose with an application of five services. Usage, with DOCKER_HOST and IMAGE (a busybox):
#   scenario.sh up DIRECTORY PACKAGES  builds and starts it; PACKAGES holds unpacked Debian packages. What is not in there is
#                                      replaced by a script of busybox
#   scenario.sh check DIRECTORY        what people do with a running application
#   scenario.sh requests DIRECTORY     asks for its page without pause until there is a file DIRECTORY/enough
#   scenario.sh compose DIRECTORY …    docker-compose's own commands
#   scenario.sh down DIRECTORY         removes it; nothing may stay
set -eu
HERE=$(dirname "$(readlink -f "$0")")
WORK=$2
PROJECT=gantryapp
LINE=0
trap 'LINE=$LINENO' DEBUG
trap 'status=$?; [ "$status" = 0 ] || echo "failed at line $LINE"; exit $status' EXIT

compose() { (cd "$WORK" && COMPOSE_HTTP_TIMEOUT=60 /usr/bin/docker-compose --ansi never -p "$PROJECT" "$@"); }
page() { curl -fsS --max-time 30 http://127.0.0.1:18080/cgi-bin/page; }
running() { docker ps --quiet --filter "label=com.docker.compose.service=$1" --filter status=running | wc -l; }

soon() {
  for _ in $(seq 150); do
    if "$@" >/dev/null 2>&1; then return; fi
    sleep 0.1
  done
  echo "not within 15 s: $*"; compose ps; compose logs --no-color --tail 20; exit 1
}

# $1 from the packages, with every library that it needs, from there or else from this machine; or the busybox script.
program() {
  local root=$WORK/root program=$PACKAGES/$1 libraries
  if [ ! -f "$program" ]; then
    cp -r "$HERE/fallback/." "$root"
    chmod +x "$root/$2" && chmod +x "$root"/srv/*/cgi-bin/*
    return
  fi
  cp -L "$program" "$root/$2"
  libraries=$(LD_LIBRARY_PATH=$PACKAGES/usr/lib/$(uname -m)-linux-gnu ldd "$program" | grep -oE '/[^ ]+ \(0x' | sed 's/ (0x//')
  for library in $libraries; do
    case $library in */ld-linux*) cp -L "$library" "$root/lib64/" ;; *) cp -L "$library" "$root/lib/" ;; esac
  done
}

context() {
  local root=$WORK/root
  PACKAGES=$1
  mkdir -p "$root/usr/bin" "$root/usr/sbin" "$root/data" "$root/lib" "$root/lib64" "$root/var/log/nginx" "$root/var/lib/nginx"
  cp -r "$HERE/docker-compose.yml" "$HERE/Dockerfile" "$HERE/srv" "$WORK"
  program usr/bin/redis-check-rdb usr/bin/redis-server # one program by two names
  program usr/bin/redis-cli usr/bin/redis-cli
  program usr/sbin/nginx usr/sbin/nginx
}

requests() {
  local good=0 bad=0 longest=0 began took
  until [ -e "$WORK/enough" ]; do
    began=$(date +%s%3N)
    if page | grep -qx 'page of schema 1 count [0-9]*'; then good=$((good + 1)); else bad=$((bad + 1)); fi
    took=$(($(date +%s%3N) - began))
    [ "$took" -le "$longest" ] || longest=$took
  done
  echo "$good answered, $bad failed, the longest took $longest ms"
  [ "$bad" = 0 ]
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
  (cd "$WORK" && timeout 20 docker-compose -p $PROJECT logs -f --no-color worker) | grep -qm 3 worked
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
  requests) requests ;;
  compose) shift 2 && compose "$@" ;;
  down) down ;;
esac
