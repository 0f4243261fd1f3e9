package io.gantry.agent.docker.json;

import io.gantry.agent.docker.Refusal;
import io.gantry.protocol.v1.ContainerNetworkSpec;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.EndpointSpec;
import io.gantry.protocol.v1.LogSpec;
import io.gantry.protocol.v1.ProcessSpec;
import io.gantry.protocol.v1.ResourceSpec;
import io.gantry.protocol.v1.StorageSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * What a TaskTemplate says of each container: Docker's ContainerSpec of services, limits, log
 * driver and networks. It has words for less than a container can be asked for; the rest of the
 * specification stays as it was.
 */
final class ServiceContainerReader {
  /** Each host has them, and they know no aliases. */
  static final Set<String> PREDEFINED = Set.of("bridge", "host", "none");

  private static final List<String> PLACEHOLDERS =
      List.of(
          "{{.Service.ID}}",
          "{{.Service.Name}}",
          "{{.Task.ID}}",
          "{{.Task.Name}}",
          "{{.Task.Slot}}",
          "{{.Node.ID}}",
          "{{.Node.Hostname}}");

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private ServiceContainerReader() {}

  static ContainerSpec over(
      ContainerSpec base, JsonObject task, JsonObject networks, UnaryOperator<String> name) {
    var container = task.objectOrEmpty("ContainerSpec");
    refuseFiles(container);
    var spec =
        base.toBuilder()
            .setImage(container.textOr("Image", ""))
            .setProcess(process(base.getProcess(), container))
            .clearLabels()
            .putAllLabels(container.texts("Labels"))
            .setStopSignal(container.textOr("StopSignal", ""))
            .clearStopTimeoutSeconds()
            .clearHealthcheck()
            .setResources(resources(base.getResources(), task, container))
            .setSecurity(ServicePrivileges.read(base.getSecurity(), container))
            .setStorage(storage(base.getStorage(), container))
            .setNetwork(network(base.getNetwork(), container, networks, name))
            .clearLog()
            .clearInit()
            .setIsolation(isolation(container));
    if (spec.getImage().isEmpty()) {
      throw Refusal.invalid("ContainerSpec: image reference must be provided");
    }
    if (container.has("StopGracePeriod")) {
      spec.setStopTimeoutSeconds(seconds(container.natural("StopGracePeriod")));
    }
    container
        .object("Healthcheck")
        .map(ContainerRequest::healthcheck)
        .ifPresent(spec::setHealthcheck);
    container.flag("Init").ifPresent(spec::setInit);
    task.object("LogDriver").map(ServiceContainerReader::log).ifPresent(spec::setLog);
    return spec.build();
  }

  private static void refuseFiles(JsonObject container) {
    for (var secret : container.objectList("Secrets")) {
      throw ServiceReader.unsupported(
          "secret %s cannot be given to a container: services have no secrets here"
              .formatted(secret.textOr("SecretName", "")));
    }
    for (var config : container.objectList("Configs")) {
      throw ServiceReader.unsupported(
          "config %s cannot be given to a container: services have no configs here"
              .formatted(config.textOr("ConfigName", "")));
    }
  }

  private static ProcessSpec process(ProcessSpec base, JsonObject container) {
    var process =
        base.toBuilder()
            .clearEnv()
            .clearAdditionalGroups()
            .clearEntrypoint()
            .clearCmd()
            .addAllAdditionalGroups(container.list("Groups"))
            .setWorkingDir(container.textOr("Dir", ""))
            .setUser(container.textOr("User", ""))
            .setTty(container.is("TTY"))
            .setOpenStdin(container.is("OpenStdin"));
    for (var variable : container.list("Env")) {
      process.addEnv(plain("Env", variable));
    }
    container.command("Command").ifPresent(process::setEntrypoint);
    container.command("Args").ifPresent(process::setCmd);
    return process.build();
  }

  /** Whoever makes a replica fills in some of Docker's placeholders, and these only. */
  private static String plain(String field, String text) {
    var rest = text;
    for (var placeholder : PLACEHOLDERS) {
      rest = rest.replace(placeholder, "");
    }
    if (rest.contains("{{")) {
      throw ServiceReader.unsupported(
          "%s \"%s\" holds a placeholder that nobody fills in (expected one of %s)"
              .formatted(field, text, String.join(" ", PLACEHOLDERS)));
    }
    return text;
  }

  /** Upwards: a container's grace is whole seconds. */
  private static int seconds(long nanos) {
    return (int) Math.min(Integer.MAX_VALUE, Math.ceilDiv(nanos, SECOND));
  }

  private static ResourceSpec resources(ResourceSpec base, JsonObject task, JsonObject container) {
    var limits = task.objectOrEmpty("Resources").objectOrEmpty("Limits");
    var spec =
        base.toBuilder()
            .setNanoCpus(limits.natural("NanoCPUs"))
            .setMemoryBytes(limits.natural("MemoryBytes"))
            .clearPidsLimit()
            .clearUlimits()
            .addAllUlimits(Resources.readUlimits(container))
            .setOomScoreAdj(container.integer("OomScoreAdj").orElse(0));
    var pids = limits.numberOr("Pids", 0);
    if (pids != 0) {
      spec.setPidsLimit(pids);
    }
    return spec.build();
  }

  private static StorageSpec storage(StorageSpec base, JsonObject container) {
    var spec = base.toBuilder().setReadonlyRootfs(container.is("ReadOnly")).clearMounts();
    for (var given : container.objectList("Mounts")) {
      var mount = HostConfigReader.mount(given);
      switch (mount.getType()) {
        case "bind", "volume", "tmpfs", "image" -> {}
        case "cluster" ->
            throw ServiceReader.unsupported("mounts of type cluster (CSI) are not supported");
        default -> throw Refusal.invalid("invalid MountType: \"" + mount.getType() + "\"");
      }
      plain("Mounts.Source", mount.getSource());
      spec.addMounts(mount);
    }
    return spec.build();
  }

  private static String isolation(JsonObject container) {
    var isolation = container.textOr("Isolation", "");
    return isolation.equals("default") ? "" : isolation;
  }

  private static LogSpec log(JsonObject driver) {
    return LogSpec.newBuilder()
        .setDriver(driver.textOr("Name", ""))
        .putAllOptions(driver.texts("Options"))
        .build();
  }

  // -- network

  private static ContainerNetworkSpec network(
      ContainerNetworkSpec base,
      JsonObject container,
      JsonObject networks,
      UnaryOperator<String> name) {
    var dns = container.objectOrEmpty("DNSConfig");
    var spec =
        base.toBuilder()
            .setHostname(plain("Hostname", container.textOr("Hostname", "")))
            .clearDns()
            .addAllDns(dns.list("Nameservers"))
            .clearDnsOptions()
            .addAllDnsOptions(dns.list("Options"))
            .clearDnsSearch()
            .addAllDnsSearch(dns.list("Search"))
            .clearExtraHosts()
            .addAllExtraHosts(hosts(container.list("Hosts")))
            .clearEndpoints();
    spec.setHasDns(
        spec.getDnsCount() > 0 || spec.getDnsOptionsCount() > 0 || spec.getDnsSearchCount() > 0);
    attach(base, networks.objectList("Networks"), name, spec);
    return spec.build();
  }

  /** Lines as in /etc/hosts become HOST:IP each. */
  private static List<String> hosts(List<String> lines) {
    var hosts = new ArrayList<String>();
    for (var line : lines) {
      var words = line.strip().split("\\s+");
      if (words.length < 2) {
        throw Refusal.invalid(
            "invalid entry of Hosts \"%s\": expected ADDRESS NAME...".formatted(line));
      }
      for (var i = 1; i < words.length; i++) {
        hosts.add(words[i] + ":" + words[0]);
      }
    }
    return hosts;
  }

  private static void attach(
      ContainerNetworkSpec base,
      List<JsonObject> networks,
      UnaryOperator<String> name,
      ContainerNetworkSpec.Builder spec) {
    if (networks.isEmpty()) {
      spec.setMode(base.getMode().startsWith("container:") ? base.getMode() : "");
      return;
    }
    spec.setMode("");
    for (var attachment : networks) {
      var network = name.apply(attachment.textOr("Target", ""));
      if (spec.getMode().isEmpty()) {
        spec.setMode(network);
      }
      if (!PREDEFINED.contains(network)) {
        spec.putEndpoints(
            network,
            base.getEndpointsOrDefault(network, EndpointSpec.getDefaultInstance()).toBuilder()
                .clearAliases()
                .addAllAliases(attachment.list("Aliases"))
                .clearDriverOpts()
                .putAllDriverOpts(attachment.texts("DriverOpts"))
                .build());
      }
    }
  }
}
