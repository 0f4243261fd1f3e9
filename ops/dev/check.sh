# shellcheck shell=bash
# Architecture rules are tests in ops (io.gantry.ops.rules); the rest is the compiler's work.
status=0
step format "Checking the format" maven spotless:check || status=$?
step check "Checking warnings, Error Prone, NullAway and the architecture rules" \
  maven -Pcheck test -Dtest='io.gantry.ops.rules.*Test' -Dsurefire.failIfNoSpecifiedTests=false || status=$?
if command -v shellcheck >/dev/null; then
  mapfile -t scripts < <(grep -rlE '^#(! *(/usr)?/bin/(env )?(ba)?sh| shellcheck shell=)' dev ops/dev ops/packaging ops/src/test/clients)
  step scripts "Checking the scripts" shellcheck -x -S warning "${scripts[@]}" || status=$?
fi
exit "$status"
