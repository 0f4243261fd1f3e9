package io.gantry.cluster.services.lifecycle;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * "node.labels.zone==a", "node.hostname!=h1". Every host is a manager; labels of an engine are
 * those of its node.
 */
public record NodeConstraint(String key, boolean equal, String value) {
  private static final Pattern FORM =
      Pattern.compile("\\s*([A-Za-z0-9_.-]{1,256})\\s*(==|!=)\\s*(\\S(?:.{0,254}\\S)?)\\s*");
  private static final String NODE_LABEL = "node.labels.";
  private static final String ENGINE_LABEL = "engine.labels.";

  /** Empty: it is none that can be understood. */
  public static Optional<NodeConstraint> parse(String text) {
    var form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    var key = form.group(1);
    var known =
        switch (key) {
          case "node.id",
              "node.hostname",
              "node.role",
              "node.platform.os",
              "node.platform.arch",
              "host",
              "node" ->
              true;
          default -> key.startsWith(NODE_LABEL) || key.startsWith(ENGINE_LABEL);
        };
    return known
        ? Optional.of(new NodeConstraint(key, form.group(2).equals("=="), form.group(3)))
        : Optional.empty();
  }

  boolean holds(ServiceHost host) {
    return is(host) == equal;
  }

  private boolean is(ServiceHost host) {
    return switch (key) {
      case "node.id" -> host.id().equals(value);
      case "node.hostname", "host", "node" ->
          value.endsWith("*")
              ? host.name().startsWith(value.substring(0, value.length() - 1))
              : host.name().equals(value);
      case "node.role" -> value.equalsIgnoreCase("manager");
      case "node.platform.os" -> value.equalsIgnoreCase("linux");
      case "node.platform.arch" -> value.equals("x86_64") || value.equals("amd64");
      default -> {
        var name =
            key.substring(key.startsWith(NODE_LABEL) ? NODE_LABEL.length() : ENGINE_LABEL.length());
        yield host.labels().getOrDefault(name, "").equals(value);
      }
    };
  }

  @Override
  public String toString() {
    return key + (equal ? "==" : "!=") + value;
  }
}
