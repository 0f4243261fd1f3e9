# shellcheck shell=bash
# From nothing to a first container. Safe to repeat: an agent that runs already is kept.
. ops/dev/install.sh
. ops/dev/instance.sh
need_root up
install_missing
if [ -z "$(instance_pid)" ]; then
  . ops/dev/build.sh
  instance_start
fi
instance_image
first_container
next_steps
