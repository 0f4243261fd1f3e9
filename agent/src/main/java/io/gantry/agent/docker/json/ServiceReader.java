package io.gantry.agent.docker.json;

import io.gantry.agent.docker.Refusal;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.GlobalService;
import io.gantry.protocol.v1.ReplicatedService;
import io.gantry.protocol.v1.RestartCondition;
import io.gantry.protocol.v1.ServiceEndpoint;
import io.gantry.protocol.v1.ServicePlacement;
import io.gantry.protocol.v1.ServicePlatform;
import io.gantry.protocol.v1.ServicePort;
import io.gantry.protocol.v1.ServiceReservation;
import io.gantry.protocol.v1.ServiceRestart;
import io.gantry.protocol.v1.ServiceSpec;
import io.gantry.protocol.v1.ServiceUpdateConfig;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Docker's ServiceSpec, the body of a service's create and update. What it asks for and cannot be
 * had is refused by name, never left out.
 */
public final class ServiceReader {
  private static final int MOST_REPLICAS = 1_000_000;

  private ServiceReader() {}

  public static ServiceSpec read(JsonObject body, UnaryOperator<String> networkName) {
    return over(ServiceSpec.getDefaultInstance(), body, networkName);
  }

  /**
   * @param base what {@code body} was made from: of its container stays what Docker's words cannot
   *     say
   * @param networkName what the network is called on every host that a body names by name or id
   */
  public static ServiceSpec over(
      ServiceSpec base, JsonObject body, UnaryOperator<String> networkName) {
    var task = body.objectOrEmpty("TaskTemplate");
    kind(task);
    var spec =
        ServiceSpec.newBuilder()
            .setName(body.textOr("Name", ""))
            .putAllLabels(body.texts("Labels"))
            .setContainer(
                ServiceContainerReader.over(
                    base.getContainer(), task, networks(body, task), networkName))
            .setForceUpdate(task.natural("ForceUpdate"))
            .setTaskExtraJson(base.getTaskExtraJson());
    mode(body.objectOrEmpty("Mode"), spec);
    task.object("Placement").map(ServiceReader::placement).ifPresent(spec::setPlacement);
    reservation(task).ifPresent(spec::setReservation);
    task.object("RestartPolicy").map(ServiceReader::restart).ifPresent(spec::setRestart);
    body.object("UpdateConfig")
        .map(config -> updates("update", config))
        .ifPresent(spec::setUpdateConfig);
    body.object("RollbackConfig")
        .map(config -> updates("rollback", config))
        .ifPresent(spec::setRollbackConfig);
    body.object("EndpointSpec").map(ServiceReader::endpoint).ifPresent(spec::setEndpoint);
    return spec.build();
  }

  static Refusal unsupported(String message) {
    return new Refusal(ErrorKind.UNSUPPORTED, message);
  }

  private static void kind(JsonObject task) {
    var runtime = task.textOr("Runtime", "");
    if (task.has("PluginSpec") || runtime.equals("plugin")) {
      throw unsupported("a service of plugins is not supported: only of containers");
    }
    if (task.has("NetworkAttachmentSpec") || runtime.equals("attachment")) {
      throw unsupported("a service of network attachments is not supported: only of containers");
    }
    if (!task.has("ContainerSpec") || !(runtime.isEmpty() || runtime.equals("container"))) {
      throw Refusal.invalid("mismatched Runtime and *Spec fields");
    }
  }

  /** The place of older clients counts when the newer one is not there. */
  private static JsonObject networks(JsonObject body, JsonObject task) {
    return task.has("Networks") ? task : body;
  }

  private static void mode(JsonObject mode, ServiceSpec.Builder spec) {
    if (mode.has("ReplicatedJob") || mode.has("GlobalJob")) {
      throw unsupported(
          "jobs (mode replicated-job and global-job) are not supported: mode is replicated or"
              + " global");
    }
    if (mode.has("Replicated") && mode.has("Global")) {
      throw Refusal.invalid("must specify only one service mode");
    }
    if (mode.has("Global")) {
      spec.setGlobal(GlobalService.getDefaultInstance());
      return;
    }
    var replicated = mode.objectOrEmpty("Replicated");
    spec.setReplicated(
        ReplicatedService.newBuilder()
            .setReplicas(
                replicated.has("Replicas") ? replicated.unsigned("Replicas", MOST_REPLICAS) : 1));
  }

  private static ServicePlacement placement(JsonObject placement) {
    var spec =
        ServicePlacement.newBuilder()
            .addAllConstraints(placement.list("Constraints"))
            .setMaxReplicasPerNode(placement.unsigned("MaxReplicas", MOST_REPLICAS));
    for (var preference : placement.objectList("Preferences")) {
      spec.addSpreadOver(preference.objectOrEmpty("Spread").textOr("SpreadDescriptor", ""));
    }
    for (var platform : placement.objectList("Platforms")) {
      spec.addPlatforms(
          ServicePlatform.newBuilder()
              .setOs(platform.textOr("OS", ""))
              .setArchitecture(platform.textOr("Architecture", "")));
    }
    return spec.build();
  }

  private static Optional<ServiceReservation> reservation(JsonObject task) {
    var reserved = task.objectOrEmpty("Resources").objectOrEmpty("Reservations");
    if (!reserved.objectList("GenericResources").isEmpty()) {
      throw unsupported("generic resources cannot be reserved: only processors and memory");
    }
    var spec =
        ServiceReservation.newBuilder()
            .setNanoCpus(reserved.natural("NanoCPUs"))
            .setMemoryBytes(reserved.natural("MemoryBytes"))
            .build();
    return spec.equals(ServiceReservation.getDefaultInstance())
        ? Optional.empty()
        : Optional.of(spec);
  }

  private static ServiceRestart restart(JsonObject policy) {
    var condition = policy.textOr("Condition", "");
    var spec =
        ServiceRestart.newBuilder()
            .setCondition(
                switch (condition) {
                  case "" -> RestartCondition.RESTART_CONDITION_UNSPECIFIED;
                  case "none" -> RestartCondition.RESTART_CONDITION_NONE;
                  case "on-failure" -> RestartCondition.RESTART_CONDITION_ON_FAILURE;
                  case "any" -> RestartCondition.RESTART_CONDITION_ANY;
                  default ->
                      throw Refusal.invalid("invalid RestartCondition: \"" + condition + "\"");
                })
            .setMaxAttempts(policy.natural("MaxAttempts"))
            .setWindowNanos(policy.natural("Window"));
    if (policy.has("Delay")) {
      spec.setDelayNanos(policy.natural("Delay"));
    }
    return spec.build();
  }

  private static ServiceUpdateConfig updates(String what, JsonObject config) {
    var action = config.textOr("FailureAction", "");
    switch (action) {
      case "", "pause", "continue" -> {}
      case "rollback" -> {
        if (what.equals("rollback")) {
          throw Refusal.invalid("unrecognized rollback failure action rollback");
        }
      }
      default -> throw Refusal.invalid("unrecognized %s failure action %s".formatted(what, action));
    }
    var order = config.textOr("Order", "");
    switch (order) {
      case "", "stop-first", "start-first" -> {}
      default -> throw Refusal.invalid("unrecognized %s order %s".formatted(what, order));
    }
    var ratio = config.decimal("MaxFailureRatio");
    if (!(ratio >= 0 && ratio <= 1)) {
      throw Refusal.invalid(
          "TaskSpec: %s-maxfailureratio cannot be less than 0 or bigger than 1".formatted(what));
    }
    return ServiceUpdateConfig.newBuilder()
        .setParallelism(config.natural("Parallelism"))
        .setDelayNanos(config.natural("Delay"))
        .setFailureAction(action)
        .setMonitorNanos(config.natural("Monitor"))
        .setMaxFailureRatio((float) ratio)
        .setOrder(order)
        .build();
  }

  private static ServiceEndpoint endpoint(JsonObject endpoint) {
    var mode = endpoint.textOr("Mode", "").toLowerCase(Locale.ROOT);
    switch (mode) {
      case "", "vip", "dnsrr" -> {}
      default -> throw Refusal.invalid("invalid resolution mode: \"" + mode + "\"");
    }
    var spec = ServiceEndpoint.newBuilder().setMode(mode);
    for (var port : endpoint.objectList("Ports")) {
      spec.addPorts(port(port));
    }
    return spec.build();
  }

  private static ServicePort port(JsonObject port) {
    var mode = port.textOr("PublishMode", "");
    var published = port.unsigned("PublishedPort", 65_535);
    var target = port.unsigned("TargetPort", 65_535);
    switch (mode) {
      case "host" -> {}
      case "", "ingress" ->
          throw unsupported(
              "port %d cannot be published as %s on all hosts (mode ingress): only where a replica"
                      .formatted(target, published == 0 ? "any" : Integer.toString(published))
                  + " runs (--publish mode=host,target=%d%s)"
                      .formatted(target, published == 0 ? "" : ",published=" + published));
      default -> throw Refusal.invalid("invalid publish mode: \"" + mode + "\"");
    }
    var protocol = port.textOr("Protocol", "");
    switch (protocol) {
      case "", "tcp", "udp", "sctp" -> {}
      default -> throw Refusal.invalid("invalid protocol: \"" + protocol + "\"");
    }
    return ServicePort.newBuilder()
        .setName(port.textOr("Name", ""))
        .setProtocol(protocol.isEmpty() ? "tcp" : protocol)
        .setTargetPort(target)
        .setPublishedPort(published)
        .setPublishMode(mode)
        .build();
  }
}
