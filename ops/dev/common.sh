# shellcheck shell=bash
# What the commands of ./dev share: where things are, the JDK, and steps whose progress is visible.

DEV_DIR=$GANTRY_HOME/.gantry-dev
LOG_DIR=$DEV_DIR/log
export DIST=$GANTRY_HOME/ops/target/gantry
mkdir -p "$LOG_DIR"

say() { printf '%s\n' "$*"; }
die() {
  printf './dev: %s\n' "$*" >&2
  exit 1
}

need_root() { [ "$(id -u)" -eq 0 ] || die "'$1' needs root: it makes namespaces, mounts and cgroups"; }

# Prints the major version of the JDK in $1, or nothing if there is no complete JDK.
jdk_version() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

# Sets JAVA_HOME to a JDK of version 25 or later: the one it names already, else the newest that is installed.
find_jdk() {
  local best='' best_version=24 candidate version
  for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/jdk* /opt/java/*; do
    [ -n "$candidate" ] || continue
    version=$(jdk_version "$candidate")
    if [ -n "$version" ] && [ "$version" -gt "$best_version" ]; then
      best=$candidate best_version=$version
      [ "$candidate" != "${JAVA_HOME:-}" ] || break
    fi
  done
  [ -n "$best" ] || die "no JDK 25 or later: looked at JAVA_HOME (${JAVA_HOME:-not set}), /usr/lib/jvm and /opt.
Install one (Eclipse Temurin has a package repository for Debian), or set JAVA_HOME to it."
  export JAVA_HOME=$best
}

# step NAME TEXT COMMAND...: runs the command with its output in .gantry-dev/log/NAME.log. Says that it runs, for
# how long, and shows the end of the log if it fails.
step() {
  local text=$2 log=$LOG_DIR/$1.log started=$SECONDS status=0 ticks=0
  shift 2
  set -m # a process group of its own, so that an interrupt ends all of it
  "$@" >"$log" 2>&1 </dev/null &
  local child=$!
  set +m
  trap 'kill -- "-$child" 2>/dev/null || true; exit 130' INT TERM
  if [ ! -t 1 ]; then say "$text"; fi
  while kill -0 "$child" 2>/dev/null; do
    if [ -t 1 ]; then
      printf '\r%s … %d s ' "$text" $((SECONDS - started))
    elif [ $((++ticks % 60)) -eq 0 ]; then
      say "  … $((SECONDS - started)) s: $(progress "$log")"
    fi
    sleep 0.5
  done
  wait "$child" || status=$?
  trap - INT TERM
  if [ -t 1 ]; then printf '\r%s … %d s: ' "$text" $((SECONDS - started)); else printf '  %d s: ' $((SECONDS - started)); fi
  if [ "$status" -eq 0 ]; then say "done"; else
    say "failed ($status). The end of $log:"
    { grep -E '^\[ERROR\]|^\[WARNING\].*\.java:|^(error|E:)|FAIL' "$log" || tail -n 30 "$log"; } | head -n 40 | sed 's/^/    /'
  fi
  return "$status"
}

# The last thing that a log says it is doing.
progress() { tail -n 200 "$1" | grep -E 'Building |Running |^Get:|Setting up|Tests run' | tail -n 1 | cut -c1-100; }

# mvn with the JDK found and no questions. Fetches what is missing; a complete local repository needs no network.
maven() {
  find_jdk
  MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED -Xmx1g ${MAVEN_OPTS:-}" \
    mvn --batch-mode --no-transfer-progress "$@"
}

# Every failed test with what it says and every skipped one with its reason, from the reports that Surefire and Failsafe
# left; then, as the last line, 'N passed, N failed'. Fails if any test did or none ran.
tests_summary() {
  find . -path '*/target/*-reports/TEST-*.xml' -print0 | sort -z | xargs -0 -r awk '
    function attribute(name) {
      if (!match($0, " " name "=\"[^\"]*\"")) return ""
      return plain(substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4))
    }
    function plain(text) {
      gsub(/&#1[03];|&#x[aAdD];/, "\n", text)
      gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;/, "\"", text); gsub(/&apos;/, "\047", text)
      gsub(/&amp;/, "\\&", text)
      gsub(/\n+/, "\n      ", text)
      return substr(text, 1, 2000)
    }
    /<testsuite / {
      match($0, / tests="[0-9]+"/); tests += substr($0, RSTART + 8, RLENGTH - 9)
      match($0, / failures="[0-9]+"/); bad += substr($0, RSTART + 11, RLENGTH - 12)
      match($0, / errors="[0-9]+"/); bad += substr($0, RSTART + 9, RLENGTH - 10)
      match($0, / skipped="[0-9]+"/); skipped += substr($0, RSTART + 10, RLENGTH - 11)
    }
    /^ *<testcase / { test = attribute("classname") " " attribute("name") }
    /^ *<(failure|error)[ >]/ && test {
      message = attribute("message")
      printf "FAILED %s\n      %s%s\n", test, attribute("type"), message == "" ? "" : ": " message
      printf "      (all of it: %s)\n", FILENAME
      test = ""
    }
    /^ *<(flakyFailure|flakyError)[ >]/ && test {
      printf "FLAKY %s: failed once, passed when run again\n      %s\n", test, attribute("message")
      test = ""
    }
    /^ *<skipped/ && test { printf "SKIPPED %s\n      %s\n", test, attribute("message"); test = "" }
    END {
      printf "%d passed, %d failed", tests - bad - skipped, bad
      if (skipped) printf ", %d skipped", skipped
      print ""
      exit bad > 0 || tests == 0
    }'
}

forget_reports() { find . -type d -path '*/target/*-reports' -prune -exec rm -rf {} +; }
