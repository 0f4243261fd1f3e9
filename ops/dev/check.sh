# Architecture rules are tests in ops (io.gantry.ops.rules); the rest is the compiler's work.
step check "Checking the format, warnings, Error Prone, NullAway and the architecture rules" \
  maven -Pcheck spotless:check test -Dtest='io.gantry.ops.rules.*Test' -Dsurefire.failIfNoSpecifiedTests=false
