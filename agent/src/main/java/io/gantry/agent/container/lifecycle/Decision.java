package io.gantry.agent.container.lifecycle;

import io.gantry.persistence.event.ContainerEvent;
import io.gantry.protocol.ErrorKind;
import java.util.List;

/** The answer of the core to a request. */
public sealed interface Decision {
  /** To be recorded, then done, in this order. */
  record Accepted(List<ContainerEvent> events, List<Step> steps) implements Decision {
    static final Accepted NOTHING = new Accepted(List.of(), List.of());

    static Accepted events(ContainerEvent... events) {
      return new Accepted(List.of(events), List.of());
    }

    Accepted then(Step... steps) {
      return new Accepted(events, List.of(steps));
    }
  }

  /** It is already as asked. */
  record Unchanged() implements Decision {}

  record Refused(ErrorKind kind, String message) implements Decision {}
}
