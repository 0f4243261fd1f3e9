package io.gantry.agent.image.transfer;

import io.gantry.persistence.event.PullEvent;
import java.util.HashSet;
import java.util.Set;

/** How far a pull is. The fold of its {@link PullEvent}s. */
sealed interface PullState {
  /** Nothing is asked for yet. */
  record Absent() implements PullState {}

  /** The registry is to say what the reference names. */
  record Resolving(PullEvent.Requested requested) implements PullState {}

  /**
   * Layers are to come.
   *
   * @param stored diff ids of those that have
   */
  record Fetching(PullEvent.Requested requested, PullEvent.Resolved resolved, Set<String> stored)
      implements PullState {
    boolean isComplete() {
      return stored.containsAll(resolved.layers());
    }
  }

  record Ended(String outcome) implements PullState {}

  /** Total: accepts every event in every state. */
  static PullState apply(PullState state, PullEvent event) {
    return switch (event) {
      case PullEvent.Requested requested -> new Resolving(requested);
      case PullEvent.Resolved resolved ->
          switch (state) {
            case Resolving(var requested) -> new Fetching(requested, resolved, Set.of());
            case Fetching(var requested, _, _) -> new Fetching(requested, resolved, Set.of());
            case Absent _, Ended _ -> state;
          };
      case PullEvent.LayerStored(var layer, _) ->
          switch (state) {
            case Fetching(var requested, var resolved, var stored) -> {
              var more = new HashSet<>(stored);
              more.add(layer);
              yield new Fetching(requested, resolved, Set.copyOf(more));
            }
            case Absent _, Resolving _, Ended _ -> state;
          };
      case PullEvent.Ended(var outcome, _, _, _) -> new Ended(outcome);
    };
  }
}
