package io.gantry.agent.host.bundle;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.StringList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Device nodes and who may use them. The nodes every container has (null, zero, full, random,
 * urandom, tty, console, ptmx) and their rules are the runtime's own to add (runtime-spec, "Default
 * Devices"); each rule written twice would cost a write to a control group.
 */
final class Devices {
  private static final Pattern RULE = Pattern.compile("([abc]) (\\d+|\\*):(\\d+|\\*) ([rwm]{1,3})");
  private static final Path ALL = Path.of("/dev");

  private final ArrayNode nodes = Json.array();
  private final ArrayNode rules = Json.array();

  private Devices() {}

  static Devices of(ContainerSpec spec, HostDevices host) throws IOException {
    var devices = new Devices();
    var privileged = spec.getSecurity().getPrivileged();
    for (var request : spec.getResources().getDeviceRequestsList()) {
      throw new IOException(
          "could not select device driver \"%s\" with capabilities: [%s]"
              .formatted(request.getDriver(), words(request.getCapabilitiesList())));
    }
    devices.rules.addObject().put("allow", privileged).put("access", "rwm");
    if (privileged) {
      for (var node : host.at(ALL)) {
        if (!ofRuntime(node.path())) {
          devices.node(node, node.path());
        }
      }
      return devices;
    }
    for (var mapping : spec.getResources().getDevicesList()) {
      var from = Path.of(mapping.getPathOnHost());
      var to =
          mapping.getPathInContainer().isEmpty() ? from : Path.of(mapping.getPathInContainer());
      var access =
          mapping.getCgroupPermissions().isEmpty() ? "rwm" : mapping.getCgroupPermissions();
      for (var node : host.at(from)) {
        devices.node(node, to.resolve(from.relativize(node.path())));
        devices.rule(node.type(), node.major(), node.minor(), access);
      }
    }
    for (var text : spec.getResources().getDeviceCgroupRulesList()) {
      devices.rule(text);
    }
    return devices;
  }

  /** As Go prints lists of lists. */
  private static String words(List<StringList> lists) {
    return lists.stream()
        .map(list -> "[" + String.join(" ", list.getValuesList()) + "]")
        .collect(java.util.stream.Collectors.joining(" "));
  }

  /** Directories of these are mounts of their own, and their nodes would be hidden anyway. */
  private static boolean ofRuntime(Path path) {
    return path.startsWith("/dev/pts")
        || path.startsWith("/dev/shm")
        || path.startsWith("/dev/mqueue")
        || List.of("console", "null", "zero", "full", "random", "urandom", "tty", "ptmx")
            .contains(path.getFileName().toString());
  }

  private void node(HostDevices.Node node, Path path) {
    // A path that names the mapping itself resolves to one with an empty last name.
    var named = path.normalize().toString();
    nodes
        .addObject()
        .put("type", node.type())
        .put("path", named)
        .put("major", node.major())
        .put("minor", node.minor())
        .put("fileMode", node.mode())
        .put("uid", node.uid())
        .put("gid", node.gid());
  }

  private void rule(String type, long major, long minor, String access) {
    rules
        .addObject()
        .put("allow", true)
        .put("type", type)
        .put("major", major)
        .put("minor", minor)
        .put("access", access);
  }

  private void rule(String text) throws IOException {
    var parsed = RULE.matcher(text);
    if (!parsed.matches()) {
      throw new IOException("invalid device cgroup rule format: '" + text + "'");
    }
    ObjectNode rule = rules.addObject().put("allow", true).put("type", parsed.group(1));
    number(rule, "major", parsed.group(2));
    number(rule, "minor", parsed.group(3));
    rule.put("access", parsed.group(4));
  }

  private static void number(ObjectNode rule, String name, String text) throws IOException {
    if (!text.equals("*")) {
      try {
        rule.put(name, Long.parseLong(text));
      } catch (NumberFormatException tooLarge) {
        throw new IOException("invalid device number in cgroup rule: " + text, tooLarge);
      }
    }
  }

  ArrayNode nodes() {
    return nodes;
  }

  ArrayNode rules() {
    return rules;
  }
}
