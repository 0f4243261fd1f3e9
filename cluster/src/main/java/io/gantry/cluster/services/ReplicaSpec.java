package io.gantry.cluster.services;

import io.gantry.cluster.placement.Wishes;
import io.gantry.protocol.v1.ContainerNetworkSpec;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.PortBinding;
import io.gantry.protocol.v1.PortBindings;
import io.gantry.protocol.v1.RestartPolicy;
import io.gantry.protocol.v1.Service;
import io.gantry.protocol.v1.ServicePort;
import io.gantry.protocol.v1.ServiceSpec;
import io.gantry.protocol.v1.Task;

/**
 * The container of a replica: what the service says, with labels that tell whose it is, published
 * ports, and no restart policy, since the controller says where another runs. In the environment,
 * the host name and the sources of mounts Docker's placeholders are filled in.
 */
final class ReplicaSpec {
  private ReplicaSpec() {}

  /** What a host is asked whether it can take it. */
  static ContainerSpec offered(ServiceSpec service) {
    var spec = Wishes.withoutVariables(service.getContainer()).toBuilder();
    for (var port : service.getEndpoint().getPortsList()) {
      publish(spec.getNetworkBuilder(), port);
    }
    return spec.setRestartPolicy(RestartPolicy.newBuilder().setName("no"))
        .setAutoRemove(false)
        .build();
  }

  /** Without a port that is published the host chooses a free one. */
  private static void publish(ContainerNetworkSpec.Builder network, ServicePort port) {
    var key =
        port.getTargetPort() + "/" + (port.getProtocol().isEmpty() ? "tcp" : port.getProtocol());
    var published = port.getPublishedPort();
    network.putPortBindings(
        key,
        network.getPortBindingsOrDefault(key, PortBindings.getDefaultInstance()).toBuilder()
            .addBindings(
                PortBinding.newBuilder()
                    .setHostPort(published == 0 ? "" : Integer.toString(published)))
            .build());
  }

  /** As Docker names it: "web.2.ID", of a global service "web.HOST.ID". */
  static String name(Task task) {
    var slot = task.getSlot() == 0 ? task.getHostId() : Integer.toString(task.getSlot());
    return "%s.%s.%s".formatted(task.getServiceName(), slot, task.getId());
  }

  static ContainerSpec of(Service service, Task task) {
    var spec = offered(service.getSpec()).toBuilder();
    ReplicaLabels.of(service, task).forEach(spec::putLabels);
    spec.putAnnotations("gantry.placement.reason", task.getReason());
    var process = spec.getProcessBuilder();
    for (var index = 0; index < process.getEnvCount(); index++) {
      process.setEnv(index, filled(process.getEnv(index), service, task));
    }
    var network = spec.getNetworkBuilder();
    network.setHostname(filled(network.getHostname(), service, task));
    var storage = spec.getStorageBuilder();
    for (var mount : storage.getMountsBuilderList()) {
      mount.setSource(filled(mount.getSource(), service, task));
    }
    return spec.build();
  }

  private static String filled(String text, Service service, Task task) {
    if (!text.contains("{{")) {
      return text;
    }
    return text.replace("{{.Service.ID}}", service.getId())
        .replace("{{.Service.Name}}", service.getSpec().getName())
        .replace("{{.Task.ID}}", task.getId())
        .replace("{{.Task.Name}}", name(task))
        .replace("{{.Task.Slot}}", Integer.toString(task.getSlot()))
        .replace("{{.Node.ID}}", task.getHostId())
        .replace("{{.Node.Hostname}}", task.getHostName());
  }
}
