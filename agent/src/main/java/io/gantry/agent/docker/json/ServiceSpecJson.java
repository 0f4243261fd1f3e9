package io.gantry.agent.docker.json;

import io.gantry.protocol.v1.ContainerNetworkSpec;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.EndpointSpec;
import io.gantry.protocol.v1.ServiceEndpoint;
import io.gantry.protocol.v1.ServicePlacement;
import io.gantry.protocol.v1.ServiceRestart;
import io.gantry.protocol.v1.ServiceSpec;
import io.gantry.protocol.v1.ServiceUpdateConfig;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Docker's ServiceSpec and TaskTemplate: what {@link ServiceReader} reads.
 *
 * @param defaults what was not given is shown as it works (a client asked with {@code
 *     insertDefaults})
 */
record ServiceSpecJson(JsonWriter json, boolean defaults) {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long DEFAULT_DELAY = 5 * SECOND;
  private static final long DEFAULT_GRACE = 10 * SECOND;
  private static final ServiceUpdateConfig DEFAULT_UPDATES =
      ServiceUpdateConfig.newBuilder()
          .setParallelism(1)
          .setFailureAction("pause")
          .setMonitorNanos(5 * SECOND)
          .setOrder("stop-first")
          .build();

  /** The fields of an open object. */
  void write(ServiceSpec spec) {
    json.text("Name", spec.getName());
    json.map("Labels", spec.getLabelsMap());
    json.object("TaskTemplate", () -> taskTemplate(spec, true));
    json.object("Mode", () -> mode(spec));
    if (spec.hasUpdateConfig() || defaults) {
      json.object(
          "UpdateConfig",
          () -> updates(spec.hasUpdateConfig() ? spec.getUpdateConfig() : DEFAULT_UPDATES));
    }
    if (spec.hasRollbackConfig() || defaults) {
      json.object(
          "RollbackConfig",
          () -> updates(spec.hasRollbackConfig() ? spec.getRollbackConfig() : DEFAULT_UPDATES));
    }
    if (spec.hasEndpoint() || defaults) {
      json.object("EndpointSpec", () -> endpoint(spec.getEndpoint()));
    }
  }

  /** The fields of an open object; of a service with the kind of what it runs. */
  void taskTemplate(ServiceSpec spec, boolean ofService) {
    var container = spec.getContainer();
    json.object("ContainerSpec", () -> container(container));
    json.object("Resources", () -> resources(spec));
    if (spec.hasRestart() || defaults) {
      json.object("RestartPolicy", () -> restart(spec.getRestart()));
    }
    json.object("Placement", () -> placement(spec.getPlacement()));
    networks(container.getNetwork());
    if (container.hasLog()) {
      json.object(
          "LogDriver",
          () -> {
            json.textIfGiven("Name", container.getLog().getDriver());
            json.mapIfAny("Options", container.getLog().getOptionsMap());
          });
    }
    json.number("ForceUpdate", spec.getForceUpdate());
    if (ofService) {
      json.text("Runtime", "container");
    }
  }

  private void mode(ServiceSpec spec) {
    switch (spec.getModeCase()) {
      case GLOBAL -> json.object("Global", () -> {});
      case REPLICATED ->
          json.object(
              "Replicated", () -> json.number("Replicas", spec.getReplicated().getReplicas()));
      case MODE_NOT_SET -> json.object("Replicated", () -> json.number("Replicas", 1));
    }
  }

  private void container(ContainerSpec spec) {
    var process = spec.getProcess();
    var network = spec.getNetwork();
    json.text("Image", spec.getImage());
    json.mapIfAny("Labels", spec.getLabelsMap());
    if (process.hasEntrypoint()) {
      json.texts("Command", process.getEntrypoint().getValuesList());
    }
    if (process.hasCmd()) {
      json.texts("Args", process.getCmd().getValuesList());
    }
    json.textIfGiven("Hostname", network.getHostname());
    json.textsIfAny("Env", process.getEnvList());
    json.textIfGiven("Dir", process.getWorkingDir());
    json.textIfGiven("User", process.getUser());
    json.textsIfAny("Groups", process.getAdditionalGroupsList());
    ServicePrivileges.write(json, spec.getSecurity());
    if (spec.hasInit()) {
      json.flag("Init", spec.getInit());
    }
    json.textIfGiven("StopSignal", spec.getStopSignal());
    json.flagIfTrue("TTY", process.getTty());
    json.flagIfTrue("OpenStdin", process.getOpenStdin());
    json.flagIfTrue("ReadOnly", spec.getStorage().getReadonlyRootfs());
    if (spec.getStorage().getMountsCount() > 0) {
      json.array(
          "Mounts",
          spec.getStorage().getMountsList(),
          mount -> json.object(() -> HostConfigJson.mount(json, mount)));
    }
    if (spec.hasStopTimeoutSeconds()) {
      json.number("StopGracePeriod", spec.getStopTimeoutSeconds() * SECOND);
    } else if (defaults) {
      json.number("StopGracePeriod", DEFAULT_GRACE);
    }
    if (spec.hasHealthcheck()) {
      json.object("Healthcheck", () -> ConfigJson.healthcheck(json, spec.getHealthcheck()));
    }
    json.textsIfAny(
        "Hosts", network.getExtraHostsList().stream().map(ServiceSpecJson::host).toList());
    json.object("DNSConfig", () -> dns(network));
    json.text("Isolation", HostConfigJson.orElse(spec.getIsolation(), "default"));
    json.mapIfAny("Sysctls", spec.getSecurity().getSysctlsMap());
    json.textsIfAny("CapabilityAdd", spec.getSecurity().getCapAddList());
    json.textsIfAny("CapabilityDrop", spec.getSecurity().getCapDropList());
    if (spec.getResources().getUlimitsCount() > 0) {
      Resources.ulimits(json, spec.getResources());
    }
    json.numberIfGiven("OomScoreAdj", spec.getResources().getOomScoreAdj());
  }

  /** HOST:IP as a line of /etc/hosts. */
  private static String host(String entry) {
    var colon = entry.indexOf(':');
    return colon < 0 ? entry : entry.substring(colon + 1) + " " + entry.substring(0, colon);
  }

  private void dns(ContainerNetworkSpec network) {
    json.textsIfAny("Nameservers", network.getDnsList());
    json.textsIfAny("Search", network.getDnsSearchList());
    json.textsIfAny("Options", network.getDnsOptionsList());
  }

  private void resources(ServiceSpec spec) {
    var limits = spec.getContainer().getResources();
    json.object(
        "Limits",
        () -> {
          json.numberIfGiven("NanoCPUs", limits.getNanoCpus());
          json.numberIfGiven("MemoryBytes", limits.getMemoryBytes());
          json.numberIfGiven("Pids", limits.getPidsLimit());
        });
    json.object(
        "Reservations",
        () -> {
          json.numberIfGiven("NanoCPUs", spec.getReservation().getNanoCpus());
          json.numberIfGiven("MemoryBytes", spec.getReservation().getMemoryBytes());
        });
  }

  private void restart(ServiceRestart restart) {
    switch (restart.getCondition()) {
      case RESTART_CONDITION_NONE -> json.text("Condition", "none");
      case RESTART_CONDITION_ON_FAILURE -> json.text("Condition", "on-failure");
      case RESTART_CONDITION_ANY -> json.text("Condition", "any");
      case RESTART_CONDITION_UNSPECIFIED, UNRECOGNIZED -> {
        if (defaults) {
          json.text("Condition", "any");
        }
      }
    }
    if (restart.hasDelayNanos()) {
      json.number("Delay", restart.getDelayNanos());
    } else if (defaults) {
      json.number("Delay", DEFAULT_DELAY);
    }
    json.number("MaxAttempts", restart.getMaxAttempts());
    json.numberIfGiven("Window", restart.getWindowNanos());
  }

  private void placement(ServicePlacement placement) {
    json.textsIfAny("Constraints", placement.getConstraintsList());
    if (placement.getSpreadOverCount() > 0) {
      json.array(
          "Preferences",
          placement.getSpreadOverList(),
          label ->
              json.object(() -> json.object("Spread", () -> json.text("SpreadDescriptor", label))));
    }
    json.numberIfGiven("MaxReplicas", placement.getMaxReplicasPerNode());
    if (placement.getPlatformsCount() > 0) {
      json.array(
          "Platforms",
          placement.getPlatformsList(),
          platform ->
              json.object(
                  () -> {
                    json.textIfGiven("Architecture", platform.getArchitecture());
                    json.textIfGiven("OS", platform.getOs());
                  }));
    }
  }

  private void networks(ContainerNetworkSpec network) {
    var rest = new TreeMap<>(network.getEndpointsMap());
    var mode = network.getMode();
    var first = !mode.isEmpty() && !mode.equals("default") && !mode.startsWith("container:");
    var main = rest.remove(mode);
    if (!first && rest.isEmpty()) {
      return;
    }
    json.array(
        "Networks",
        () -> {
          if (first) {
            network(mode, main == null ? EndpointSpec.getDefaultInstance() : main);
          }
          rest.forEach(this::network);
        });
  }

  private void network(String name, EndpointSpec endpoint) {
    json.object(
        () -> {
          json.text("Target", name);
          json.textsIfAny("Aliases", endpoint.getAliasesList());
          json.mapIfAny("DriverOpts", endpoint.getDriverOptsMap());
        });
  }

  private void updates(ServiceUpdateConfig config) {
    json.number("Parallelism", config.getParallelism());
    json.numberIfGiven("Delay", config.getDelayNanos());
    json.textIfGiven("FailureAction", config.getFailureAction());
    json.numberIfGiven("Monitor", config.getMonitorNanos());
    json.decimal("MaxFailureRatio", config.getMaxFailureRatio());
    json.textIfGiven("Order", config.getOrder());
  }

  /** The fields of an open object. */
  void endpoint(ServiceEndpoint endpoint) {
    if (defaults || !endpoint.getMode().isEmpty()) {
      json.text("Mode", HostConfigJson.orElse(endpoint.getMode(), "vip"));
    }
    if (endpoint.getPortsCount() > 0) {
      ports(endpoint);
    }
  }

  void ports(ServiceEndpoint endpoint) {
    json.array(
        "Ports",
        endpoint.getPortsList(),
        port ->
            json.object(
                () -> {
                  json.textIfGiven("Name", port.getName());
                  json.text("Protocol", HostConfigJson.orElse(port.getProtocol(), "tcp"));
                  json.number("TargetPort", port.getTargetPort());
                  json.numberIfGiven("PublishedPort", port.getPublishedPort());
                  json.text("PublishMode", HostConfigJson.orElse(port.getPublishMode(), "ingress"));
                }));
  }
}
