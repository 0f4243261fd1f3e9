package io.gantry.agent.image;

import io.gantry.agent.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Chooses what `docker save A B…` saves: a name is that tag, a repository all its tags, an id no name. */
final class Selections {
  private Selections() {}

  static Outcome<List<ArchiveWriter.Selection>> of(
      NameTable table, List<String> references, Function<String, Optional<List<Digest>>> diffIds) {
    var chosen = new LinkedHashMap<String, Set<Reference>>();
    for (var text : references) {
      switch (ImageLookup.find(table, text)) {
        case Outcome.Refused<String> refused -> {
          return refused.as();
        }
        case Outcome.Unchanged<String>(var id) -> choose(table, text, id, chosen);
        case Outcome.Done<String>(var id) -> choose(table, text, id, chosen);
      }
    }
    var selections = new ArrayList<ArchiveWriter.Selection>();
    for (var choice : chosen.entrySet()) {
      var layers = diffIds.apply(choice.getKey());
      if (layers.isEmpty()) {
        return ImageLookup.unknown(choice.getKey());
      }
      selections.add(
          new ArchiveWriter.Selection(
              choice.getKey(), layers.get(), List.copyOf(choice.getValue())));
    }
    return Outcome.done(List.copyOf(selections));
  }

  private static void choose(
      NameTable table, String text, String id, LinkedHashMap<String, Set<Reference>> chosen) {
    var names = chosen.computeIfAbsent(id, _ -> new LinkedHashSet<>());
    if (ImageRemoval.isIdPrefix(id, text)) {
      return;
    }
    try {
      var reference = Reference.parse(text);
      if (reference.digest().isPresent()) {
        return;
      }
      if (reference.tag().isPresent()) {
        names.add(reference);
        return;
      }
      table.names().forEach(
          (name, target) -> {
            var other = Reference.ofCanonical(name);
            if (other.repository().equals(reference.repository()) && other.tag().isPresent()) {
              chosen.computeIfAbsent(target.imageId(), _ -> new LinkedHashSet<>()).add(other);
            }
          });
    } catch (Reference.Invalid e) {
      throw new IllegalStateException("it was found by this name", e);
    }
  }
}
