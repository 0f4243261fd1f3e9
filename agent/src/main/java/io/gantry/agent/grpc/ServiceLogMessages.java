package io.gantry.agent.grpc;

import io.gantry.agent.Containers.LogQuery;
import io.gantry.agent.ServiceLogs;
import io.gantry.protocol.v1.LogsRequest;
import io.gantry.protocol.v1.ServiceLogsRequest;
import io.gantry.protocol.v1.ServiceLogsResponse;
import io.gantry.protocol.v1.Task;
import java.util.List;

/** Messages of ServiceService.Logs. */
final class ServiceLogMessages {
  private ServiceLogMessages() {}

  static LogQuery query(Call call, ServiceLogsRequest request) {
    var of =
        LogsRequest.newBuilder()
            .setStdout(request.getStdout())
            .setStderr(request.getStderr())
            .setFollow(request.getFollow());
    if (request.hasSince()) {
      of.setSince(request.getSince());
    }
    if (request.hasUntil()) {
      of.setUntil(request.getUntil());
    }
    if (request.hasTail()) {
      of.setTail(request.getTail());
    }
    return LogCalls.query(call, of.build());
  }

  static List<ServiceLogsResponse> responses(ServiceLogs.Part part) {
    var task = part.task();
    return part.batch().lines().stream()
        .map(
            line ->
                ServiceLogsResponse.newBuilder()
                    .setTaskId(task.getId())
                    .setTaskName(name(task))
                    .setHostName(task.getHostName())
                    .setLine(LogCalls.response(line))
                    .build())
        .toList();
  }

  private static String name(Task task) {
    return task.getServiceName()
        + "."
        + (task.getSlot() > 0 ? Integer.toString(task.getSlot()) : task.getHostName());
  }
}
