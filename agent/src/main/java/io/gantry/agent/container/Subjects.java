package io.gantry.agent.container;

import io.gantry.agent.ContainerId;
import io.gantry.agent.container.lifecycle.State;
import io.gantry.agent.container.lifecycle.State.Absent;
import io.gantry.agent.container.lifecycle.State.Gone;
import io.gantry.agent.container.lifecycle.State.Present;
import io.gantry.persistence.event.ContainerEvent;
import io.gantry.persistence.event.Subject;
import io.gantry.protocol.v1.Container;
import java.util.Map;

/** What an event is about, as it was called when the event happened. */
final class Subjects {
  private Subjects() {}

  static Subject of(State state, ContainerEvent event, ContainerId id) {
    if (event instanceof ContainerEvent.Created created) {
      return new Subject(
          "container",
          id.value(),
          created.name(),
          created.spec().getImage(),
          created.spec().getLabelsMap());
    }
    return switch (state) {
      case Present present -> of(present.view(), event);
      case Gone(var last) -> of(last, event);
      case Absent _ -> new Subject("container", id.value(), id.value(), "", Map.of());
    };
  }

  private static Subject of(Container container, ContainerEvent event) {
    var name =
        event instanceof ContainerEvent.Renamed renamed ? renamed.newName() : container.getName();
    return new Subject(
        "container",
        container.getId(),
        name,
        container.getSpec().getImage(),
        container.getSpec().getLabelsMap());
  }
}
