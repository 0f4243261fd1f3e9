# Architecture rules are tests in ops (io.gantry.ops.rules); the rest is the compiler's work.
status=0
step format "Checking the format" maven spotless:check || status=$?
step check "Checking warnings, Error Prone, NullAway and the architecture rules" \
  maven -Pcheck test -Dtest='io.gantry.ops.rules.*Test' -Dsurefire.failIfNoSpecifiedTests=false || status=$?
exit "$status"
