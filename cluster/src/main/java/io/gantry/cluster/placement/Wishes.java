package io.gantry.cluster.placement;

import io.gantry.agent.Outcome;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.ContainerSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A specification read as what it asks of its host. Constraints are environment variables ({@code
 * -e constraint:host==h1}), which do not reach the container, and words of the label {@code
 * gantry.placement}, separated by commas: constraints, "spread" or "pack".
 */
public final class Wishes {
  public static final String LABEL = "gantry.placement";
  private static final String VARIABLE = "constraint:";
  private static final Set<String> EVERYWHERE = Set.of("", "default", "bridge", "host", "none");

  private Wishes() {}

  public static Outcome<Wish> of(ContainerSpec spec) {
    var words = new ArrayList<String>();
    for (var variable : spec.getProcess().getEnvList()) {
      if (variable.startsWith(VARIABLE)) {
        words.add(variable.substring(VARIABLE.length()));
      }
    }
    for (var word : spec.getLabelsOrDefault(LABEL, "").split(",")) {
      if (!word.isBlank()) {
        words.add(word.strip());
      }
    }
    var strategy = Wish.Strategy.SPREAD;
    var constraints = new ArrayList<Constraint>();
    for (var word : words) {
      var constraint = Constraint.parse(word);
      if (constraint.isPresent()) {
        constraints.add(constraint.get());
      } else if (word.equals("pack")) {
        strategy = Wish.Strategy.PACK;
      } else if (!word.equals("spread")) {
        return Outcome.refused(
            ErrorKind.INVALID,
            "invalid placement \"%s\" (expected host==NAME, host!=NAME, spread or pack)"
                .formatted(word));
      }
    }
    var limits = spec.getResources();
    return Outcome.done(
        new Wish(
            Math.max(limits.getMemoryBytes(), limits.getMemoryReservationBytes()),
            limits.getNanoCpus(),
            volumes(spec),
            networks(spec),
            constraints,
            strategy));
  }

  /** As the container is to have it. */
  public static ContainerSpec withoutVariables(ContainerSpec spec) {
    var env = spec.getProcess().getEnvList();
    if (env.stream().noneMatch(variable -> variable.startsWith(VARIABLE))) {
      return spec;
    }
    var kept = env.stream().filter(variable -> !variable.startsWith(VARIABLE)).toList();
    return spec.toBuilder()
        .setProcess(spec.getProcess().toBuilder().clearEnv().addAllEnv(kept))
        .build();
  }

  /** That it names; anonymous ones are made where it runs. */
  public static Set<String> volumes(ContainerSpec spec) {
    var names = new LinkedHashSet<String>();
    for (var bind : spec.getStorage().getBindsList()) {
      var source = bind.split(":", 2)[0];
      if (bind.contains(":") && !source.startsWith("/") && !source.startsWith(".")) {
        names.add(source);
      }
    }
    for (var mount : spec.getStorage().getMountsList()) {
      if (mount.getType().equals("volume") && !mount.getSource().isEmpty()) {
        names.add(mount.getSource());
      }
    }
    return names;
  }

  /** That not every host has by itself. */
  public static Set<String> networks(ContainerSpec spec) {
    var names = new LinkedHashSet<>(spec.getNetwork().getEndpointsMap().keySet());
    names.add(spec.getNetwork().getMode());
    names.removeIf(name -> EVERYWHERE.contains(name) || name.startsWith("container:"));
    return names;
  }
}
