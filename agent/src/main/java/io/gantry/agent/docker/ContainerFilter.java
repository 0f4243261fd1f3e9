package io.gantry.agent.docker;

import io.gantry.agent.Engine;
import io.gantry.agent.Outcome;
import io.gantry.agent.docker.json.StateJson;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerStatus;
import io.gantry.protocol.v1.Image;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The filters of a container list. What they refer to is resolved once, before the list is read.
 */
final class ContainerFilter {
  static final Set<String> KNOWN =
      Set.of(
          "ancestor",
          "before",
          "exited",
          "expose",
          "health",
          "id",
          "is-task",
          "isolation",
          "label",
          "name",
          "network",
          "publish",
          "since",
          "status",
          "volume");
  private static final Set<String> STATES =
      Set.of("created", "running", "paused", "restarting", "removing", "exited", "dead");
  private static final Set<String> HEALTHS = Set.of("starting", "healthy", "unhealthy", "none");
  private static final Pattern PORT =
      Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?(?:/(tcp|udp|sctp))?");

  private final Filters filters;
  private final Optional<Container> before;
  private final Optional<Container> since;
  private final Set<String> ancestors;
  private final Set<String> networks;

  private ContainerFilter(
      Filters filters,
      Optional<Container> before,
      Optional<Container> since,
      Set<String> ancestors,
      Set<String> networks) {
    this.filters = filters;
    this.before = before;
    this.since = since;
    this.ancestors = ancestors;
    this.networks = networks;
  }

  static ContainerFilter parse(Optional<String> text, Engine engine, Instant now) {
    var filters = Filters.parse(text, KNOWN);
    check(filters, "status", STATES);
    check(filters, "health", HEALTHS);
    for (var code : filters.get("exited")) {
      if (!code.matches("-?[0-9]{1,9}")) {
        throw Refusal.invalid("invalid filter 'exited=[%s]'".formatted(code));
      }
    }
    for (var key : List.of("expose", "publish")) {
      for (var port : filters.get(key)) {
        if (!PORT.matcher(port).matches()) {
          throw Refusal.invalid("invalid filter '%s=[%s]'".formatted(key, port));
        }
      }
    }
    filters.bool("is-task");
    return new ContainerFilter(
        filters,
        bound(filters, "before", engine),
        bound(filters, "since", engine),
        filters.has("ancestor") ? ancestors(filters, engine) : Set.of(),
        filters.has("network") ? networks(filters, engine) : Set.of());
  }

  private static void check(Filters filters, String key, Set<String> allowed) {
    for (var value : filters.get(key)) {
      if (!allowed.contains(value)) {
        throw Refusal.invalid(
            "invalid filter '%s=[%s]': must be one of %s"
                .formatted(key, value, String.join(", ", allowed.stream().sorted().toList())));
      }
    }
  }

  private static Optional<Container> bound(Filters filters, String key, Engine engine) {
    var given = filters.get(key);
    return given.isEmpty()
        ? Optional.empty()
        : Optional.of(Replies.require(engine.containers().inspect(given.getFirst())));
  }

  /** The images named, and all that are built on them. */
  private static Set<String> ancestors(Filters filters, Engine engine) {
    var result = new HashSet<String>();
    for (var reference : filters.get("ancestor")) {
      if (engine.images().inspect(reference) instanceof Outcome.Done<Image>(var image)) {
        result.add(image.getId());
        engine.images().list().stream()
            .filter(other -> startsWith(other.getDiffIdsList(), image.getDiffIdsList()))
            .map(Image::getId)
            .forEach(result::add);
      }
    }
    return result;
  }

  private static boolean startsWith(List<String> layers, List<String> base) {
    return !base.isEmpty()
        && layers.size() > base.size()
        && layers.subList(0, base.size()).equals(base);
  }

  private static Set<String> networks(Filters filters, Engine engine) {
    var result = new HashSet<String>(filters.get("network"));
    for (var reference : filters.get("network")) {
      if (engine.networks().inspect(reference)
          instanceof Outcome.Done<io.gantry.protocol.v1.Network>(var network)) {
        result.add(network.getId());
        result.add(network.getSpec().getName());
      }
    }
    return result;
  }

  /**
   * @param all also those that do not run; a filter on the state, and a bound, imply it
   */
  boolean test(Container container, boolean all) {
    var status = container.getStatus();
    var shown =
        all
            || filters.has("status")
            || filters.has("exited")
            || before.isPresent()
            || since.isPresent()
            || StateJson.isRunning(status);
    return shown && (filters.values().isEmpty() || matches(container, status));
  }

  private boolean matches(Container container, ContainerStatus status) {
    return filters.any("status", StateJson.name(status.getState())::equals)
        && exited(container)
        && filters.labels("label", container.getSpec().getLabelsMap())
        && filters.matches("name", "/" + container.getName(), container.getName())
        && filters.any("id", id -> container.getId().startsWith(id) || found(id, container.getId()))
        && filters.any("health", health(container)::equals)
        && (!filters.has("ancestor") || ancestors.contains(status.getImageId()))
        && (!filters.has("network") || inNetwork(container))
        && filters.any("volume", volume -> mounts(container, volume))
        && filters.any("expose", port -> hasPort(exposed(container), port))
        && filters.any("publish", port -> hasPort(published(container), port))
        && filters.bool("is-task").map(wanted -> wanted == isTask(container)).orElse(true)
        && before.map(bound -> older(container, bound)).orElse(true)
        && since.map(bound -> older(bound, container)).orElse(true);
  }

  /** It is a replica of a service. */
  private static boolean isTask(Container container) {
    return container.getSpec().containsLabels("com.docker.swarm.task.id");
  }

  private static boolean found(String pattern, String id) {
    return pattern.startsWith("^") && id.startsWith(pattern.substring(1));
  }

  private boolean exited(Container container) {
    return filters.any(
        "exited",
        code ->
            !StateJson.isRunning(container.getStatus())
                && container.getStatus().hasStartedAt()
                && Integer.parseInt(code) == container.getStatus().getExitCode());
  }

  private static String health(Container container) {
    return container.getStatus().hasHealth()
        ? container.getStatus().getHealth().getStatus()
        : "none";
  }

  private boolean inNetwork(Container container) {
    return container.getStatus().getEndpointsMap().entrySet().stream()
        .anyMatch(
            entry ->
                networks.contains(entry.getKey())
                    || networks.contains(entry.getValue().getNetworkId()));
  }

  private static boolean mounts(Container container, String volume) {
    return container.getStatus().getMountsList().stream()
        .anyMatch(
            mount ->
                mount.getName().equals(volume)
                    || mount.getDestination().equals(volume)
                    || mount.getSource().equals(volume));
  }

  private static Collection<String> exposed(Container container) {
    var all = new HashSet<>(container.getSpec().getNetwork().getExposedPortsList());
    all.addAll(container.getStatus().getPortsMap().keySet());
    return all;
  }

  private static Collection<String> published(Container container) {
    return container.getStatus().getPortsMap().keySet();
  }

  private static boolean hasPort(Collection<String> ports, String wanted) {
    var parts = PORT.matcher(wanted);
    if (!parts.matches()) {
      return false;
    }
    var first = Integer.parseInt(parts.group(1));
    var last = parts.group(2) == null ? first : Integer.parseInt(parts.group(2));
    var protocol = parts.group(3) == null ? "tcp" : parts.group(3);
    return ports.stream()
        .map(port -> port.indexOf('/') < 0 ? port + "/tcp" : port)
        .filter(port -> port.endsWith("/" + protocol))
        .map(port -> port.substring(0, port.indexOf('/')))
        .filter(port -> port.matches("[0-9]{1,5}"))
        .mapToInt(Integer::parseInt)
        .anyMatch(port -> port >= first && port <= last);
  }

  private static boolean older(Container one, Container other) {
    var a = one.getCreatedAt();
    var b = other.getCreatedAt();
    return a.getSeconds() != b.getSeconds()
        ? a.getSeconds() < b.getSeconds()
        : a.getNanos() < b.getNanos();
  }
}
