package io.gantry.agent.docker;

import io.gantry.agent.Engine;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Network;
import java.util.Optional;

/**
 * What networks are called on every host: a service names one by its name or by the id that it has
 * on the asked host, and each of its replicas is on the network of that name at its own host.
 */
record NetworkNames(Engine engine) {
  /**
   * @throws Refusal for one that is not here
   */
  String name(String target) {
    return find(target)
        .map(network -> plain(network.getSpec().getName()))
        .orElseThrow(
            () -> new Refusal(ErrorKind.NOT_FOUND, "network %s not found".formatted(target)));
  }

  /** Where several hosts have one of that name, any of them. */
  Optional<Network> find(String target) {
    var all = engine.networks().list();
    return target.isEmpty()
        ? Optional.empty()
        : all.stream()
            .filter(network -> plain(network.getSpec().getName()).equals(target))
            .findFirst()
            .or(() -> all.stream().filter(one -> one.getId().startsWith(target)).findFirst());
  }

  /** Without the host that stands before it in lists of all hosts. */
  private static String plain(String name) {
    return name.substring(name.indexOf('/') + 1);
  }
}
