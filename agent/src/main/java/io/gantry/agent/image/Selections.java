package io.gantry.agent.image;

import io.gantry.agent.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Chooses what `docker save A B…` saves: a name is that tag, a repository all its tags, an id no
 * name.
 */
final class Selections {
  private Selections() {}

  static Outcome<List<ArchiveWriter.Selection>> of(
      NameTable table, List<String> references, Function<String, Optional<List<Digest>>> diffIds) {
    var chosen = new LinkedHashMap<String, Set<Reference>>();
    for (var text : references) {
      if (chooseRepository(table, text, chosen)) {
        continue;
      }
      switch (ImageLookup.find(table, text)) {
        case Outcome.Refused<String> refused -> {
          return refused.as();
        }
        case Outcome.Unchanged<String>(var id) -> choose(text, id, chosen);
        case Outcome.Done<String>(var id) -> choose(text, id, chosen);
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

  /** A name without tag or digest is a repository when any image is called so. */
  private static boolean chooseRepository(
      NameTable table, String text, LinkedHashMap<String, Set<Reference>> chosen) {
    try {
      var reference = Reference.parse(text);
      if (reference.tag().isPresent() || reference.digest().isPresent()) {
        return false;
      }
      var found = false;
      for (var name : table.names().entrySet()) {
        var other = Reference.ofCanonical(name.getKey());
        if (other.repository().equals(reference.repository()) && other.digest().isEmpty()) {
          chosen.computeIfAbsent(name.getValue().imageId(), _ -> new LinkedHashSet<>()).add(other);
          found = true;
        }
      }
      return found;
    } catch (Reference.Invalid e) {
      return false;
    }
  }

  private static void choose(String text, String id, LinkedHashMap<String, Set<Reference>> chosen) {
    var names = chosen.computeIfAbsent(id, _ -> new LinkedHashSet<>());
    if (ImageRemoval.isIdPrefix(id, text)) {
      return;
    }
    try {
      var reference = Reference.parse(text);
      if (reference.digest().isEmpty()) {
        names.add(reference.withDefaultTag());
      }
    } catch (Reference.Invalid e) {
      throw new IllegalStateException("it was found by this name", e);
    }
  }
}
