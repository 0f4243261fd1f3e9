package io.gantry.agent.host.links;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.netlink.Conversation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is still at hand of namespaces made lately: their conversations, so that plugging in the
 * first device need not enter them. Holds a few; forgetting one costs time, nothing else.
 */
final class Fresh implements AutoCloseable {
  private static final int MOST = 64;

  private final Map<ContainerId, Conversation> conversations = new LinkedHashMap<>();

  synchronized void put(ContainerId id, Conversation inside) {
    forget(id);
    conversations.put(id, inside);
    if (conversations.size() > MOST) {
      forget(conversations.keySet().iterator().next());
    }
  }

  /** The caller closes it. */
  synchronized Optional<Conversation> take(ContainerId id) {
    return Optional.ofNullable(conversations.remove(id));
  }

  synchronized void forget(ContainerId id) {
    take(id).ifPresent(Conversation::close);
  }

  @Override
  public synchronized void close() {
    new ArrayList<>(conversations.keySet()).forEach(this::forget);
  }
}
