package io.gantry.agent.container.lifecycle;

import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerStatus;
import io.gantry.protocol.v1.Exec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What is known of a container in every phase.
 *
 * @param container as anyone may read it
 * @param layers diff ids of the image's layers, lowest first
 * @param userStopped the last end was the user's wish
 * @param backoff the delay before the last restart by policy; zero: none since it last ran long
 *     enough
 * @param execs by id, running ones and the last ended
 */
public record Facts(
    Container container,
    List<String> layers,
    boolean userStopped,
    Duration backoff,
    Map<String, Exec> execs) {

  public Facts with(Consumer<ContainerStatus.Builder> change) {
    var status = container.getStatus().toBuilder();
    change.accept(status);
    return with(container.toBuilder().setStatus(status).build());
  }

  Facts with(Container container) {
    return new Facts(container, layers, userStopped, backoff, execs);
  }

  Facts withUserStopped(boolean userStopped) {
    return new Facts(container, layers, userStopped, backoff, execs);
  }

  Facts withBackoff(Duration backoff) {
    return new Facts(container, layers, userStopped, backoff, execs);
  }

  Facts withExecs(Map<String, Exec> execs) {
    return new Facts(container, layers, userStopped, backoff, execs);
  }

  String id() {
    return container.getId();
  }

  String name() {
    return container.getName();
  }

  long incarnation() {
    return container.getStatus().getIncarnation();
  }
}
