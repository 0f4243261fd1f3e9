. ops/dev/install.sh
command -v mvn >/dev/null || install_missing
rm -rf ops/target/gantry ops/cli/target/lib # no jar of an earlier build on the class path
step build "Building" maven package -DskipTests
step train "Training the start-up caches" ops/packaging/train
