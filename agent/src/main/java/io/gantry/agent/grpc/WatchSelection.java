package io.gantry.agent.grpc;

import io.gantry.protocol.v1.EventSubject;
import io.gantry.protocol.v1.JournalEntry;
import io.gantry.protocol.v1.WatchFilter;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Which entries a reader wants; an empty set wants all. */
record WatchSelection(Set<String> kinds, List<String> ids, Set<Integer> eventNumbers)
    implements Predicate<JournalEntry> {
  private static final Set<String> KINDS =
      Set.of("container", "image", "pull", "push", "volume", "network", "host");
  private static final int SHORTEST_PREFIX = 4;

  static WatchSelection of(Call call, WatchFilter filter) {
    for (var kind : filter.getKindsList()) {
      if (!KINDS.contains(kind)) {
        throw call.invalid("invalid kind of subject: \"%s\"".formatted(kind));
      }
    }
    var events = JournalEntry.getDescriptor().getOneofs().getFirst().getFields();
    var numbers = new TreeSet<Integer>();
    for (var type : filter.getEventTypesList()) {
      numbers.add(
          events.stream()
              .filter(field -> field.getName().equals(type))
              .findFirst()
              .orElseThrow(() -> call.invalid("invalid event type: \"%s\"".formatted(type)))
              .getNumber());
    }
    return new WatchSelection(
        Set.copyOf(filter.getKindsList()), List.copyOf(filter.getIdsList()), numbers);
  }

  @Override
  public boolean test(JournalEntry entry) {
    return (kinds.isEmpty() || kinds.contains(entry.getSubject().getKind()))
        && (eventNumbers.isEmpty() || eventNumbers.contains(entry.getEventCase().getNumber()))
        && (ids.isEmpty() || ids.stream().anyMatch(id -> names(id, entry.getSubject())));
  }

  private static boolean names(String id, EventSubject subject) {
    return subject.getId().equals(id)
        || subject.getName().equals(id)
        || (id.length() >= SHORTEST_PREFIX && subject.getId().startsWith(id));
  }
}
