# shellcheck shell=bash
# Everything that proves the project. What fails does not hide what comes after it: all is counted at the end.
. ops/dev/install.sh
need_root test
install_missing
. ops/dev/clients.sh
forget_reports
rm -rf ops/target/gantry ops/cli/target/lib protocol/target/generated-sources # nothing of an earlier build stays in
status=0
step format "Checking the format" maven spotless:check || status=$?
step check "Checking warnings, Error Prone and NullAway" maven -Pcheck test-compile || status=$?
# A test on the real host that fails is run once more, and said to be FLAKY if it passes then: it is a defect to be found.
step test "Building and running every test" \
  maven verify -Dmaven.test.failure.ignore=true -Dfailsafe.rerunFailingTestsCount=1 || status=$?
tests_summary || status=1
exit "$status"
