# shellcheck shell=bash
. ops/dev/install.sh
command -v mvn >/dev/null || install_missing
rm -rf ops/target/gantry ops/cli/target/lib protocol/target/generated-sources # nothing of an earlier build stays in
step build "Building" maven package -DskipTests "-Dgit.commit=$(git rev-parse --short=7 HEAD 2>/dev/null || true)"
step train "Training the start-up caches" ops/packaging/train
