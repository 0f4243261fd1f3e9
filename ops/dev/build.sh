. ops/dev/install.sh
command -v mvn >/dev/null || install_missing
step build "Building" maven package -DskipTests
