# Everything that proves the project, in one Maven run, so that nothing is built twice. A failing test does not hide
# the ones after it; it is counted at the end.
. ops/dev/install.sh
need_root test
install_missing
forget_reports
status=0
step test "Building and running every test" \
  maven -Pcheck spotless:check verify -Dmaven.test.failure.ignore=true || status=$?
tests_summary || status=1
exit "$status"
