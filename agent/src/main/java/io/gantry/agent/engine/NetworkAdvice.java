package io.gantry.agent.engine;

import io.gantry.agent.Outcome;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a user should hear at the creation about what is asked of the network. Docker's texts. */
final class NetworkAdvice {
  private NetworkAdvice() {}

  /** Links of the old kind are to containers that are there; on other networks they are names. */
  static Optional<String> links(ContainerSpec spec, References containers) {
    if (!Modes.isPlain(spec.getNetwork().getMode())) {
      return Optional.empty();
    }
    return spec.getNetwork().getLinksList().stream()
        .map(link -> link.split(":", 2)[0].replaceFirst("^/", ""))
        .filter(other -> containers.find(other) instanceof Outcome.Refused<Container>)
        .findFirst()
        .map(other -> "could not get container for %1$s: No such container: %1$s".formatted(other));
  }

  /** {@code others} and what else there is to warn of. */
  static List<String> warnings(ContainerSpec spec, List<String> others) {
    if (!spec.getNetwork().getMode().equals("host")
        || spec.getNetwork().getPortBindingsCount() == 0) {
      return others;
    }
    var all = new ArrayList<>(others);
    all.add("Published ports are discarded when using host network mode");
    return List.copyOf(all);
  }
}
