package io.gantry.cluster.services;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import io.gantry.agent.Containers.LogQuery;
import io.gantry.agent.LogBatch;
import io.gantry.agent.Outcome;
import io.gantry.cluster.engine.AllHosts;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Task;

/** What a replica's container has written, read at the host that has it. May wait for that host. */
record ReplicaLogs(AllHosts hosts) {
  Outcome<Source<LogBatch, NotUsed>> read(Task task, LogQuery query) {
    if (task.getContainerId().isEmpty()) {
      return Outcome.refused(
          ErrorKind.NOT_FOUND, "task %s has no container yet".formatted(task.getId()));
    }
    var host = hosts.find(task.getHostId());
    if (host.isEmpty()) {
      return Outcome.refused(
          ErrorKind.UNAVAILABLE,
          "it was on host %s, which left the cluster".formatted(task.getHostName()));
    }
    return host.get().isUp()
        ? host.get().containers().logBatches(task.getContainerId(), query)
        : Outcome.refused(
            ErrorKind.UNAVAILABLE,
            "it is on host %s, which is %s".formatted(host.get().name(), host.get().presence()));
  }
}
