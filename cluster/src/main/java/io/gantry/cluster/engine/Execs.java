package io.gantry.cluster.engine;

import io.gantry.agent.Containers;
import io.gantry.agent.Outcome;
import io.gantry.cluster.remote.RemoteHost;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Exec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Which host has an exec. Those that were created through this host are remembered, the latest of
 * them; for others all hosts are asked.
 */
final class Execs {
  private static final int REMEMBERED = 4096;

  private final AllHosts hosts;
  private final Map<String, String> hostOf =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > REMEMBERED;
        }
      };

  Execs(AllHosts hosts) {
    this.hosts = hosts;
  }

  Outcome<Exec> created(Host host, Outcome<Exec> created) {
    if (created instanceof Outcome.Done<Exec>(var exec)) {
      remember(exec.getId(), host);
    }
    return created;
  }

  private void remember(String execId, Host host) {
    synchronized (hostOf) {
      hostOf.put(execId, host.id());
    }
  }

  private Optional<Host> find(String execId) {
    Optional<String> known;
    synchronized (hostOf) {
      known = Optional.ofNullable(hostOf.get(execId));
    }
    if (known.isPresent()) {
      return hosts.find(known.get());
    }
    if (!Directory.isHex(execId)) {
      return Optional.empty();
    }
    for (var answer : hosts.ask(host -> host.containers().inspectExec(execId)).entrySet()) {
      if (answer.getValue() instanceof Outcome.Done<Exec>) {
        remember(execId, answer.getKey());
        return Optional.of(answer.getKey());
      }
    }
    return Optional.empty();
  }

  private static <T> Outcome<T> absent(String execId) {
    return Outcome.refused(ErrorKind.NOT_FOUND, "No such exec instance: " + execId);
  }

  Outcome<Exec> inspect(String execId) {
    return find(execId)
        .map(host -> host.containers().inspectExec(execId))
        .orElseGet(() -> absent(execId));
  }

  <T> CompletionStage<Outcome<T>> on(
      String execId, Function<Containers, CompletionStage<Outcome<T>>> call) {
    return CompletableFuture.supplyAsync(() -> find(execId), RemoteHost.WAITING)
        .thenCompose(
            host ->
                host.map(one -> call.apply(one.containers()))
                    .orElseGet(() -> RemoteHost.now(absent(execId))));
  }
}
