package io.gantry.agent.grpc;

import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerState;
import io.gantry.protocol.v1.ListContainersRequest;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * Which containers a list is to hold.
 *
 * @param labels all of them, each KEY or KEY=VALUE
 */
record ContainerSelection(boolean all, List<String> labels) implements Predicate<Container> {
  static final Comparator<Container> NEWEST_FIRST =
      Comparator.comparingLong((Container container) -> container.getCreatedAt().getSeconds())
          .thenComparingInt(container -> container.getCreatedAt().getNanos())
          .reversed();

  static ContainerSelection of(ListContainersRequest request) {
    return new ContainerSelection(request.getAll(), request.getLabelsList());
  }

  @Override
  public boolean test(Container container) {
    return (all || runs(container.getStatus().getState()))
        && labels.stream().allMatch(label -> has(container, label));
  }

  private static boolean runs(ContainerState state) {
    return switch (state) {
      case RUNNING, PAUSED, RESTARTING -> true;
      case CONTAINER_STATE_UNSPECIFIED, CREATED, EXITED, REMOVING, DEAD, UNRECOGNIZED -> false;
    };
  }

  private static boolean has(Container container, String label) {
    var found = container.getSpec().getLabelsMap();
    var equals = label.indexOf('=');
    return equals < 0
        ? found.containsKey(label)
        : label.substring(equals + 1).equals(found.get(label.substring(0, equals)));
  }
}
