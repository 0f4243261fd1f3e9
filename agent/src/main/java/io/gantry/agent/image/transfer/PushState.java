package io.gantry.agent.image.transfer;

import io.gantry.persistence.event.PushEvent;
import java.util.HashSet;
import java.util.Set;

/** How far a push is. The fold of its {@link PushEvent}s. */
sealed interface PushState {
  /** Nothing is asked for yet. */
  record Absent() implements PushState {}

  /**
   * @param sent diff ids of the layers that the registry has
   */
  record Sending(PushEvent.Requested requested, Set<String> sent) implements PushState {}

  record Ended(String outcome) implements PushState {}

  /** Total: accepts every event in every state. */
  static PushState apply(PushState state, PushEvent event) {
    return switch (event) {
      case PushEvent.Requested requested -> new Sending(requested, Set.of());
      case PushEvent.LayerSent(var layer, _, _, _) ->
          switch (state) {
            case Sending(var requested, var sent) -> {
              var more = new HashSet<>(sent);
              more.add(layer);
              yield new Sending(requested, Set.copyOf(more));
            }
            case Absent _, Ended _ -> state;
          };
      case PushEvent.Ended(var outcome, _, _, _) -> new Ended(outcome);
    };
  }
}
