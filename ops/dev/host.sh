# shellcheck shell=bash
. ops/dev/install.sh
need_root host
install_missing
forget_reports
step host "Running the tests against the kernel" maven verify -Dgantry.unit.tests.skip -Dit.test="${1:-*IT}" -Dfailsafe.failIfNoSpecifiedTests=false || true
tests_summary
