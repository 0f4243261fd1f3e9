# shellcheck shell=bash
forget_reports
step unit "Running the fast tests" maven test ${1:+"-Dtest=$1" -Dsurefire.failIfNoSpecifiedTests=false} || true
tests_summary
