# shellcheck shell=bash
# The references, into docs/generated (not committed): the messages and services, and our public Java packages.
OUT=docs/generated
mkdir -p "$OUT"
python3 ops/dev/proto_reference.py protocol/src/main/proto/gantry/v1/*.proto >"$OUT/api.md"
[ -d "$DIST/lib" ] || . ops/dev/build.sh
find_jdk
step docs "Generating the reference" "$JAVA_HOME/bin/javadoc" -quiet -Xdoclint:none --release 25 -d "$OUT/java" \
  -classpath "$(printf '%s:' "$DIST"/lib/*.jar)" \
  -sourcepath persistence/src/main/java:agent/src/main/java \
  io.gantry.agent io.gantry.agent.host io.gantry.persistence.event io.gantry.persistence.record
say "$OUT/api.md and $OUT/java/index.html"
