package io.gantry.agent.container.lifecycle;

import io.gantry.persistence.event.ContainerEvent;
import io.gantry.protocol.v1.Exec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The execs of a container. Ended ones are kept for a while, so that their exit code can be asked
 * for.
 */
final class Execs {
  private static final int KEPT = 64;

  private Execs() {}

  static Facts created(Facts facts, ContainerEvent.ExecCreated created) {
    var execs = new LinkedHashMap<>(facts.execs());
    execs.put(
        created.execId(),
        Exec.newBuilder()
            .setId(created.execId())
            .setContainerId(facts.id())
            .setSpec(created.spec())
            .build());
    forgetOldest(execs);
    return facts.withExecs(Collections.unmodifiableMap(execs));
  }

  static Facts started(Facts facts, ContainerEvent.ExecStarted started) {
    return changed(facts, started.execId(), exec -> exec.toBuilder().setRunning(true).build());
  }

  static Facts ended(Facts facts, ContainerEvent.ExecEnded ended) {
    return changed(
        facts,
        ended.execId(),
        exec -> exec.toBuilder().setRunning(false).setPid(0).setExitCode(ended.exitCode()).build());
  }

  private static Facts changed(Facts facts, String execId, UnaryOperator<Exec> change) {
    if (!facts.execs().containsKey(execId)) {
      return facts;
    }
    var execs = new LinkedHashMap<>(facts.execs());
    execs.computeIfPresent(execId, (_, exec) -> change.apply(exec));
    return facts
        .withExecs(Collections.unmodifiableMap(execs))
        .with(
            status ->
                status
                    .clearExecIds()
                    .addAllExecIds(
                        execs.values().stream()
                            .filter(Exec::getRunning)
                            .map(Exec::getId)
                            .toList()));
  }

  private static void forgetOldest(Map<String, Exec> execs) {
    var surplus = execs.size() - KEPT;
    var candidates = execs.values().iterator();
    while (surplus > 0 && candidates.hasNext()) {
      if (!candidates.next().getRunning()) {
        candidates.remove();
        surplus--;
      }
    }
  }
}
