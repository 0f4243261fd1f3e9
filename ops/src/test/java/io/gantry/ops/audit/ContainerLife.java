package io.gantry.ops.audit;

import io.gantry.protocol.v1.ContainerCreatedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One container, entry by entry, and what is wrong with it. */
final class ContainerLife {
  private final String id;
  private final String host;
  private final List<String> complaints = new ArrayList<>();
  private Optional<ContainerCreatedEvent> created = Optional.empty();
  private long entries;
  private long incarnation;
  private Phase phase = new Phase.Still();
  private Optional<Alive> seen = Optional.empty();

  private sealed interface Phase {
    record Still() implements Phase {}

    record Starting() implements Phase {}

    record Running(long pid) implements Phase {}

    record Gone() implements Phase {}
  }

  ContainerLife(String id, String host) {
    this.id = id;
    this.host = host;
  }

  Optional<ContainerCreatedEvent> created() {
    return created;
  }

  String host() {
    return host;
  }

  private void complain(HostEntry at, String what) {
    complaints.add("container %s: %s: %s".formatted(id, at.text(), what));
  }

  void next(HostEntry next) {
    var entry = next.entry();
    if (!next.host().equals(host)) {
      complain(next, "it lives on " + host);
    }
    if (entry.getPersistenceSequence() != ++entries) {
      complain(next, "is its entry %d, not %d".formatted(entry.getPersistenceSequence(), entries));
      entries = entry.getPersistenceSequence();
    }
    if (phase instanceof Phase.Gone) {
      complain(next, "it was removed before");
    }
    if (created.isEmpty() && !entry.hasContainerCreated()) {
      complain(next, "it was not created before");
    }
    switch (entry.getEventCase()) {
      case CONTAINER_CREATED -> {
        if (created.isPresent()) {
          complain(next, "it was created before");
        }
        created = Optional.of(entry.getContainerCreated());
      }
      case CONTAINER_START_REQUESTED -> begin(next);
      case CONTAINER_STARTED -> {
        expect(next, entry.getContainerStarted().getIncarnation(), phase instanceof Phase.Starting);
        phase = new Phase.Running(entry.getContainerStarted().getPid());
      }
      case CONTAINER_START_FAILED -> {
        expect(
            next,
            entry.getContainerStartFailed().getIncarnation(),
            phase instanceof Phase.Starting);
        phase = new Phase.Still();
      }
      case CONTAINER_EXITED -> {
        var runs = phase instanceof Phase.Running || phase instanceof Phase.Starting;
        expect(next, entry.getContainerExited().getIncarnation(), runs);
        phase = new Phase.Still();
      }
      case CONTAINER_REMOVED -> {
        if (!(phase instanceof Phase.Still)) {
          complain(next, "it was " + phase);
        }
        phase = new Phase.Gone();
      }
      // What else happens to it is of no consequence for whether it runs.
      default -> {}
    }
  }

  private void begin(HostEntry next) {
    var begun = next.entry().getContainerStartRequested().getIncarnation();
    if (!(phase instanceof Phase.Still) || begun != incarnation + 1) {
      complain(next, "incarnation %d begins, and %d was %s".formatted(begun, incarnation, phase));
    }
    incarnation = begun;
    phase = new Phase.Starting();
  }

  private void expect(HostEntry next, long named, boolean fits) {
    if (!fits || named != incarnation) {
      complain(next, "is of incarnation %d, and %d was %s".formatted(named, incarnation, phase));
    }
  }

  /** It has processes now. */
  void seen(Alive alive) {
    if (seen.isPresent()) {
      complaints.add(
          "container %s: runs on %s and on %s".formatted(id, seen.get().host(), alive.host()));
    }
    seen = Optional.of(alive);
  }

  /** All that is wrong, now that nothing more comes. */
  List<String> ended() {
    switch (phase) {
      case Phase.Running(var pid) -> {
        if (seen.isEmpty()) {
          complaints.add("container %s: runs by the record of %s only".formatted(id, host));
        } else if (!seen.get().pids().contains(pid)) {
          complaints.add(
              "container %s: process %d of the record is not among %s"
                  .formatted(id, pid, seen.get().pids()));
        }
      }
      case Phase.Starting() ->
          complaints.add("container %s: its start has no end on %s".formatted(id, host));
      case Phase.Still(), Phase.Gone() ->
          seen.ifPresent(
              alive ->
                  complaints.add(
                      "container %s: runs on %s, by its record it is %s"
                          .formatted(id, alive.host(), phase)));
    }
    seen.filter(alive -> !alive.host().equals(host))
        .ifPresent(
            alive ->
                complaints.add(
                    "container %s: runs on %s, its record is of %s"
                        .formatted(id, alive.host(), host)));
    return complaints;
  }
}
