# shellcheck shell=bash
# Stops the instance of ./dev up with its containers and removes all it made. Safe to repeat.
. ops/dev/instance.sh
need_root down
instance_stop
