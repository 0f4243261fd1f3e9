package io.gantry.cli;

import io.gantry.protocol.v1.ContainerNetworkSpec;
import io.gantry.protocol.v1.PortBinding;
import io.gantry.protocol.v1.PortBindings;
import java.util.regex.Pattern;

/**
 * A published port: [[ADDRESS:]HOST:]CONTAINER[/PROTOCOL], where HOST and CONTAINER may be ranges
 * of the same length, or HOST is left empty for the agent to choose.
 */
final class PortOption {
  private static final Pattern FORM =
      Pattern.compile(
          "(?:(?:(\\[[0-9A-Fa-f:.]+]|[0-9.]+):)?(\\d{1,5}(?:-\\d{1,5})?)?:)?"
              + "(\\d{1,5}(?:-\\d{1,5})?)(?:/(tcp|udp|sctp))?");

  private PortOption() {}

  private record Range(int first, int last) {
    static Range parse(String text, String option) {
      var parts = text.split("-", 2);
      var first = Integer.parseInt(parts[0]);
      var last = parts.length == 2 ? Integer.parseInt(parts[1]) : first;
      if (first < 1 || last > 65535 || first > last) {
        throw wrong(option);
      }
      return new Range(first, last);
    }

    int length() {
      return last - first + 1;
    }
  }

  private static Failure wrong(String option) {
    return new Failure(
        StartFailure.NOT_RUN,
        "not a published port: \"%s\" (expected [[ADDRESS:]HOST:]CONTAINER[/PROTOCOL])"
            .formatted(option));
  }

  static void addTo(ContainerNetworkSpec.Builder spec, String option) {
    var matcher = FORM.matcher(option);
    if (!matcher.matches()) {
      throw wrong(option);
    }
    var address = matcher.group(1) == null ? "" : matcher.group(1).replaceAll("[\\[\\]]", "");
    var host = matcher.group(2);
    var container = Range.parse(matcher.group(3), option);
    var protocol = matcher.group(4) == null ? "tcp" : matcher.group(4);
    if (host != null
        && container.length() > 1
        && Range.parse(host, option).length() != container.length()) {
      throw wrong(option);
    }
    for (var offset = 0; offset < container.length(); offset++) {
      var key = "%d/%s".formatted(container.first() + offset, protocol);
      // A range on the host for one port is the engine's choice within it.
      var hostPort =
          host == null
              ? ""
              : container.length() == 1
                  ? host
                  : String.valueOf(Range.parse(host, option).first() + offset);
      var binding = PortBinding.newBuilder().setHostIp(address).setHostPort(hostPort);
      var before =
          spec.getPortBindingsOrDefault(key, PortBindings.getDefaultInstance()).toBuilder();
      spec.putPortBindings(key, before.addBindings(binding).build());
      if (!spec.getExposedPortsList().contains(key)) {
        spec.addExposedPorts(key);
      }
    }
  }
}
