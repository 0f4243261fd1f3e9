# shellcheck shell=bash
# Fetches the clients of other projects that the end-to-end tests run: packages of Debian, dockerode, and Redis and nginx for
# an application, unpacked only. Idempotent. What cannot be fetched is left out, and its tests are skipped and say so.

CLIENTS=$DEV_DIR/clients

missing_clients() {
  command -v docker-compose >/dev/null || echo docker-compose
  /usr/bin/python3 -c 'import docker' 2>/dev/null || echo python3-docker
  command -v node >/dev/null || echo nodejs
  command -v npm >/dev/null || echo npm
}

fetch_dockerode() {
  cp ops/src/test/clients/dockerode/package.json "$CLIENTS/" &&
    npm install --prefix "$CLIENTS" --no-audit --no-fund --ignore-scripts --no-package-lock
}

fetch_application() {
  local packages=$CLIENTS/packages
  mkdir -p "$packages" &&
    (cd "$packages" && apt-get download redis-tools libhiredis0.14 libjemalloc2 liblua5.1-0 liblzf1 libatomic1 \
      nginx libpcre2-8-0 libssl3 zlib1g libcrypt1) &&
    for package in "$packages"/*.deb; do dpkg -x "$package" "$CLIENTS/application.new" || return; done &&
    mv "$CLIENTS/application.new" "$CLIENTS/application"
}

fetch_clients() {
  local packages
  mkdir -p "$CLIENTS"
  packages=$(missing_clients | tr '\n' ' ')
  [ -z "$packages" ] || apt_install $packages || true
  [ -d "$CLIENTS/node_modules/dockerode" ] || fetch_dockerode || true
  [ -d "$CLIENTS/application" ] || fetch_application || true
}

if [ -n "$(missing_clients)" ] || [ ! -d "$CLIENTS/node_modules/dockerode" ] || [ ! -d "$CLIENTS/application" ]; then
  step clients "Fetching clients of other projects" fetch_clients
fi
