# shellcheck shell=bash
# Installs by apt what a host needs and does not have. Idempotent; silent when nothing is missing.

. /etc/os-release 2>/dev/null || true

missing_packages() {
  command -v mvn >/dev/null || echo maven
  command -v runc >/dev/null || echo runc
  command -v crun >/dev/null || echo crun
  command -v conmon >/dev/null || echo conmon
  command -v nft >/dev/null || echo nftables
  command -v ip >/dev/null || echo iproute2
  command -v curl >/dev/null || echo curl
  command -v script >/dev/null || echo bsdutils
  command -v python3 >/dev/null || echo python3-minimal
  command -v catatonit >/dev/null || command -v tini >/dev/null || [ -x /usr/libexec/podman/catatonit ] || echo catatonit
  [ -x /bin/busybox ] && ! ldd /bin/busybox >/dev/null 2>&1 || echo busybox-static
  command -v docker-registry >/dev/null || echo docker-registry
  command -v skopeo >/dev/null || echo skopeo
  command -v htpasswd >/dev/null || echo apache2-utils
  command -v openssl >/dev/null || echo openssl
  /sbin/ldconfig -p | grep -q 'libdeflate\.so\.0 ' || echo libdeflate0
  [ -r /usr/share/containers/seccomp.json ] || echo golang-github-containers-common
}

apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get -q update && apt-get -q -y install --no-install-recommends "$@"
}

install_missing() {
  local packages
  packages=$(missing_packages | sort -u | tr '\n' ' ')
  [ -n "$packages" ] || return 0
  need_root "installing $packages"
  command -v apt-get >/dev/null || die "these are missing and there is no apt-get to install them: $packages"
  step install "Installing ${packages% }" apt_install $packages
}
