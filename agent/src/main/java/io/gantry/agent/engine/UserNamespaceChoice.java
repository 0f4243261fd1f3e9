package io.gantry.agent.engine;

import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.IdRange;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Which containers have a user namespace of their own, and which ids of the host are theirs. Each
 * has a range that no other container of this agent has. Texts are Docker's, where it has any.
 */
final class UserNamespaceChoice {
  /**
   * For containers whose client cannot say {@code --userns private}: Docker's takes only "host".
   */
  static final String LABEL = "io.gantry.userns";

  private static final String PRIVATE = "private";
  private static final long SIZE = 1 << 16;

  /** Above what systemd-nspawn and most tables of subordinate ids use, below 2^31. */
  private static final long FIRST = 0x7000_0000L;

  private static final int RANGES = 0xffe;

  private final boolean byDefault;
  private final Supplier<Collection<Container>> containers;
  private int last = -1;

  /**
   * @param byDefault containers that say nothing have one
   * @param containers those there are
   */
  UserNamespaceChoice(boolean byDefault, Supplier<Collection<Container>> containers) {
    this.byDefault = byDefault;
    this.containers = containers;
  }

  private boolean isOwn(ContainerSpec spec) {
    var label = spec.getLabelsMap().getOrDefault(LABEL, "");
    return switch (spec.getSecurity().getUsernsMode()) {
      case "host" -> false;
      case PRIVATE -> true;
      default -> label.isEmpty() ? byDefault : label.equals(PRIVATE);
    };
  }

  /** What cannot be had together with one; empty: nothing is wrong, or there is none. */
  Optional<String> wrong(ContainerSpec spec) {
    var security = spec.getSecurity();
    var network = spec.getNetwork().getMode();
    if (!isOwn(spec)) {
      return Optional.empty();
    }
    if (security.getPrivileged()) {
      return Optional.of(
          "privileged mode is incompatible with user namespaces.  You must run the container in the"
              + " host namespace when running privileged mode");
    }
    return Checks.first(
        () -> shared("network", network),
        () -> shared("PID", security.getPidMode()),
        () -> shared("IPC", security.getIpcMode()));
  }

  private static Optional<String> shared(String what, String mode) {
    if (mode.equals("host")) {
      return Optional.of(
          "cannot share the host's %s namespace when user namespaces are enabled".formatted(what));
    }
    return mode.startsWith("container:")
        ? Optional.of(
            "cannot join the %s namespace of a container: it belongs to another user namespace"
                .formatted(what))
        : Optional.empty();
  }

  /**
   * With the range it is going to have, if any.
   *
   * @throws MountPlan.Refused when every range is some container's
   */
  ContainerSpec chosen(ContainerSpec spec) throws MountPlan.Refused {
    if (!isOwn(spec)) {
      return spec.toBuilder().setSecurity(spec.getSecurity().toBuilder().clearIds()).build();
    }
    var ids = IdRange.newBuilder().setFirst(next()).setSize(SIZE);
    return spec.toBuilder()
        .setSecurity(spec.getSecurity().toBuilder().setUsernsMode(PRIVATE).setIds(ids))
        .build();
  }

  /** One after the other, so that two being made at once have two, and one given back rests. */
  private synchronized long next() throws MountPlan.Refused {
    var taken =
        containers.get().stream()
            .map(container -> container.getSpec().getSecurity())
            .filter(security -> security.hasIds())
            .map(security -> security.getIds().getFirst())
            .collect(Collectors.toSet());
    for (var tries = 0; tries < RANGES; tries++) {
      last = (last + 1) % RANGES;
      if (!taken.contains(FIRST + last * SIZE)) {
        return FIRST + last * SIZE;
      }
    }
    throw new MountPlan.Refused(
        "cannot make a user namespace: each of the %d ranges of ids is some container's"
            .formatted(RANGES));
  }
}
