package io.gantry.agent.docker;

import java.util.Optional;
import java.util.function.Predicate;

/** The filters of an event stream. */
record EventFilter(Filters filters) implements Predicate<DockerEvent> {
  /** A filter that Docker does not know filters nothing here, unlike in lists. */
  static EventFilter parse(Optional<String> text) {
    return new EventFilter(Filters.parse(text));
  }

  @Override
  public boolean test(DockerEvent event) {
    return filters.any("event", wanted -> isAction(event.action(), wanted))
        && filters.any("type", event.type()::equals)
        && filters.any("scope", "local"::equals)
        && names("container", event)
        && names("volume", event)
        && names("network", event)
        && names("plugin", event)
        && names("daemon", event)
        && names("service", event)
        && names("node", event)
        && names("secret", event)
        && names("config", event)
        && image(event)
        && filters.labels("label", event.attributes());
  }

  /** "health_status", "exec_create" and "exec_start" stand for all that begins with them. */
  private static boolean isAction(String action, String wanted) {
    return action.equals(wanted)
        || (action.startsWith(wanted + ":")
            && (wanted.equals("health_status")
                || wanted.equals("exec_create")
                || wanted.equals("exec_start")));
  }

  /** An id's beginning, or a name's; messages of other kinds fall away. */
  private boolean names(String kind, DockerEvent event) {
    return filters.any(
        kind,
        wanted ->
            event.type().equals(kind)
                && (event.id().startsWith(wanted)
                    || event.attributes().getOrDefault("name", "").startsWith(wanted)));
  }

  private boolean image(DockerEvent event) {
    var name = event.attributes().getOrDefault(event.type().equals("image") ? "name" : "image", "");
    return filters.any(
        "image",
        wanted ->
            wanted.equals(name)
                || wanted.equals(withoutTag(name))
                || (event.type().equals("image") && wanted.equals(event.id())));
  }

  private static String withoutTag(String name) {
    var colon = name.lastIndexOf(':');
    return colon > name.lastIndexOf('/') ? name.substring(0, colon) : name;
  }
}
