# From nothing to a first container. Safe to repeat: an agent that runs already is kept.
. ops/dev/install.sh
. ops/dev/instance.sh
need_root up
install_missing
if [ -z "$(instance_pid)" ]; then
  . ops/dev/build.sh
  instance_start
fi
[ -n "$(api "/images/busybox:latest/json" | grep -o '"Id"')" ] || {
  ops/dev/busybox-image "$DEV_DIR/busybox.tar"
  api '/images/create?fromSrc=-&repo=busybox&tag=latest' -X POST -H 'Content-Type: application/x-tar' \
    --data-binary "@$DEV_DIR/busybox.tar" >"$LOG_DIR/import.log" || die "cannot import the busybox image: see $LOG_DIR/import.log"
}
first_container
next_steps
