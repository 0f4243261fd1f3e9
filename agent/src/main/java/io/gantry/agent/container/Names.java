package io.gantry.agent.container;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who has which name. A name is taken before its container is recorded and free again once it is
 * gone.
 */
public final class Names {
  private final Map<String, String> idByName = new ConcurrentHashMap<>();

  /** Empty: it is now this container's; else the id of the container that has it. */
  public Optional<String> take(String name, String id) {
    var holder = idByName.putIfAbsent(name, id);
    return holder == null || holder.equals(id) ? Optional.empty() : Optional.of(holder);
  }

  public void free(String name, String id) {
    idByName.remove(name, id);
  }

  public Optional<String> id(String name) {
    return Optional.ofNullable(idByName.get(name));
  }
}
