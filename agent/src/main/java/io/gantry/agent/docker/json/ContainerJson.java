package io.gantry.agent.docker.json;

import io.gantry.agent.Containers.Sizes;
import io.gantry.agent.HostFacts;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerStatus;
import io.gantry.protocol.v1.MountPoint;
import java.util.List;
import java.util.Optional;

/** A container as {@code GET /containers/{id}/json} shows it. */
public final class ContainerJson {
  private ContainerJson() {}

  public static void write(
      JsonWriter json, Container container, HostFacts host, Optional<Sizes> sizes) {
    json.object(
        () -> {
          var spec = container.getSpec();
          var status = container.getStatus();
          var argv = argv(container);
          json.text("Id", container.getId());
          json.time("Created", container.getCreatedAt());
          json.text("Path", argv.isEmpty() ? "" : argv.getFirst());
          json.texts("Args", argv.isEmpty() ? argv : argv.subList(1, argv.size()));
          json.object("State", () -> StateJson.write(json, container));
          json.text("Image", status.getImageId());
          json.text("ResolvConfPath", status.getResolvConfPath());
          json.text("HostnamePath", status.getHostnamePath());
          json.text("HostsPath", status.getHostsPath());
          json.text("LogPath", status.getLogPath());
          json.text("Name", "/" + container.getName());
          json.number("RestartCount", status.getRestartCount());
          json.text("Driver", host.storageDriver());
          json.text("Platform", "linux");
          json.text("MountLabel", "");
          json.text("ProcessLabel", "");
          json.text("AppArmorProfile", "");
          json.textsOrNull("ExecIDs", status.getExecIdsList());
          json.object("HostConfig", () -> HostConfigJson.write(json, spec));
          json.object("GraphDriver", () -> graphDriver(json, host));
          sizes.ifPresent(
              found -> {
                json.number("SizeRw", found.writableBytes());
                json.number("SizeRootFs", found.rootBytes());
              });
          mounts(json, status);
          json.object("Config", () -> ConfigJson.write(json, container.getId(), spec));
          json.object("NetworkSettings", () -> NetworkSettingsJson.inspect(json, container));
        });
  }

  /** Before the engine has merged it: entrypoint and command as given. */
  static List<String> argv(Container container) {
    var argv = container.getStatus().getArgvList();
    if (!argv.isEmpty()) {
      return argv;
    }
    var process = container.getSpec().getProcess();
    var all = new java.util.ArrayList<>(process.getEntrypoint().getValuesList());
    all.addAll(process.getCmd().getValuesList());
    return all;
  }

  static void graphDriver(JsonWriter json, HostFacts host) {
    json.nothing("Data");
    json.text("Name", host.storageDriver());
  }

  static void mounts(JsonWriter json, ContainerStatus status) {
    json.array("Mounts", status.getMountsList(), mount -> json.object(() -> mount(json, mount)));
  }

  private static void mount(JsonWriter json, MountPoint mount) {
    json.textIfGiven("Type", mount.getType());
    json.textIfGiven("Name", mount.getName());
    json.text("Source", mount.getSource());
    json.text("Destination", mount.getDestination());
    json.textIfGiven("Driver", mount.getDriver());
    json.text("Mode", mount.getMode());
    json.flag("RW", mount.getReadWrite());
    json.text("Propagation", mount.getPropagation());
  }
}
