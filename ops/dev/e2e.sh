# shellcheck shell=bash
# With the tests that take minutes (./dev test leaves them out and says so).
# GANTRY_KILLS: how often the agent is killed under load, 100 unless told otherwise (./dev test: 10).
# GANTRY_FAULTS: how often something happens to the hosts of a cluster (ClusterFaultsE2E), 100 unless told otherwise.
# GANTRY_SEED: what happened at random in an earlier run, which printed it.
. ops/dev/install.sh
need_root e2e
install_missing
. ops/dev/clients.sh
forget_reports
step e2e "Running the tests against a started agent" maven verify "-Dgantry.kills=${GANTRY_KILLS:-100}" "-Dgantry.faults=${GANTRY_FAULTS:-100}" ${GANTRY_SEED:+"-Dgantry.seed=$GANTRY_SEED"} -Dgantry.long=true -Dgantry.unit.tests.skip -Dit.test="${1:-*E2E}" -Dfailsafe.failIfNoSpecifiedTests=false || true
tests_summary
