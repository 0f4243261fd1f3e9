package io.gantry.agent.docker.json;

import io.gantry.agent.Containers.Sizes;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.PortBindings;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** A container as a row of {@code GET /containers/json}. */
public final class ContainerSummary {
  private ContainerSummary() {}

  /**
   * @param image the name it was created from, or the image's id when that name means another now
   */
  public static void write(
      JsonWriter json, Container container, String image, Instant now, Optional<Sizes> sizes) {
    json.object(
        () -> {
          var spec = container.getSpec();
          var status = container.getStatus();
          json.text("Id", container.getId());
          json.texts("Names", List.of("/" + container.getName()));
          json.text("Image", image);
          json.text("ImageID", status.getImageId());
          json.text("Command", command(ContainerJson.argv(container)));
          json.number("Created", container.getCreatedAt().getSeconds());
          json.array("Ports", () -> ports(json, container));
          sizes.ifPresent(
              found -> {
                if (found.writableBytes() != 0) {
                  json.number("SizeRw", found.writableBytes());
                }
                json.number("SizeRootFs", found.rootBytes());
              });
          json.map("Labels", spec.getLabelsMap());
          json.text("State", StateJson.name(status.getState()));
          json.text("Status", StatusText.of(container, now));
          json.object(
              "HostConfig", () -> json.text("NetworkMode", HostConfigJson.networkMode(spec)));
          json.object("NetworkSettings", () -> NetworkSettingsJson.networks(json, container));
          ContainerJson.mounts(json, status);
        });
  }

  /**
   * As Docker writes it: what holds a space is between quotes, and quotes inside stay as they are.
   */
  static String command(List<String> argv) {
    var all = new StringBuilder();
    for (var i = 0; i < argv.size(); i++) {
      var word = argv.get(i);
      all.append(i == 0 ? "" : " ").append(i > 0 && word.contains(" ") ? "'" + word + "'" : word);
    }
    return all.toString();
  }

  private static void ports(JsonWriter json, Container container) {
    var status = container.getStatus();
    if (!StateJson.isRunning(status)) {
      return;
    }
    var all = new TreeMap<String, PortBindings>();
    for (var port : container.getSpec().getNetwork().getExposedPortsList()) {
      all.put(NetworkSettingsJson.withProtocol(port), PortBindings.getDefaultInstance());
    }
    all.putAll(status.getPortsMap());
    all.forEach(
        (port, bindings) -> {
          if (bindings.getBindingsCount() == 0) {
            port(json, port, "", "");
          }
          for (var binding : bindings.getBindingsList()) {
            port(json, port, binding.getHostIp(), binding.getHostPort());
          }
        });
  }

  private static void port(JsonWriter json, String port, String hostIp, String hostPort) {
    var slash = port.indexOf('/');
    var number = number(slash < 0 ? port : port.substring(0, slash));
    if (number < 0) {
      return; // a range that is exposed but not bound: it has no one number
    }
    json.object(
        () -> {
          json.textIfGiven("IP", hostIp);
          json.number("PrivatePort", number);
          if (number(hostPort) > 0) {
            json.number("PublicPort", number(hostPort));
          }
          json.text("Type", slash < 0 ? "tcp" : port.substring(slash + 1));
        });
  }

  private static int number(String text) {
    return text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : -1;
  }
}
