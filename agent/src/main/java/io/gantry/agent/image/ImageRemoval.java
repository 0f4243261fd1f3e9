package io.gantry.agent.image;

import io.gantry.agent.Images.Removal;
import io.gantry.agent.Images.Removal.Kind;
import io.gantry.persistence.event.ImageEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Decides what `docker rmi` does. Pure. The rules and texts are Docker's: a name is taken away
 * first; the image follows when it was the last one and nothing uses it, and then, with {@code
 * prune}, the images it was made from that nothing names or uses.
 */
final class ImageRemoval {
  /** What is decided upon. {@code diffIds} gives the layers of an image that exists. */
  record Question(
      NameTable table,
      List<ImageUse> uses,
      Function<String, List<Digest>> diffIds,
      String imageId,
      String reference,
      boolean force,
      boolean prune,
      Instant at) {}

  sealed interface Decision {
    /** In the order it is told to the user. */
    record Accepted(List<ImageEvent> events, List<Removal> removals) implements Decision {}

    /** A conflict. */
    record Refused(String message) implements Decision {}
  }

  private final Question question;
  private final List<ImageEvent> events = new ArrayList<>();
  private final List<Removal> removals = new ArrayList<>();
  private NameTable table;

  private ImageRemoval(Question question) {
    this.question = question;
    this.table = question.table();
  }

  static Decision decide(Question question) throws Reference.Invalid {
    return new ImageRemoval(question).decide();
  }

  private Decision decide() throws Reference.Invalid {
    var id = question.imageId();
    var names = table.namesOf(id);
    var byName = !isIdPrefix(id, question.reference());
    if (byName) {
      var user = user(id, _ -> true);
      if (!question.force() && isSingle(names) && user.isPresent()) {
        return new Decision.Refused(
            "conflict: unable to remove repository reference \"%s\" (must force) - container %s is using its referenced image %s"
                .formatted(question.reference(), shortId(user.get().containerId()), shortId(id)));
      }
      untagOne(id, Reference.parse(question.reference()).forLookup());
      if (!table.namesOf(id).isEmpty()) {
        return accepted();
      }
    } else if (isSingle(names)) {
      var conflict =
          hardConflict(id).or(() -> question.force() ? Optional.empty() : stoppedConflict(id));
      if (conflict.isPresent()) {
        return new Decision.Refused(conflict.get().text());
      }
      names.forEach(name -> untag(id, name));
    }
    return delete(id, question.force(), byName)
        .<Decision>map(conflict -> new Decision.Refused(conflict.text()))
        .orElseGet(this::accepted);
  }

  /** {@code used}: by a container. */
  private record Conflict(String text, boolean used) {}

  /**
   * @param quiet a name was removed already, or nobody asked for this very image: one that is in
   *     use simply stays
   * @return what stands against it, if somebody should know
   */
  private Optional<Conflict> delete(String id, boolean force, boolean quiet) {
    var conflict = hardConflict(id);
    if (conflict.isEmpty() && !force) {
      conflict = referencedConflict(id).or(() -> stoppedConflict(id));
    }
    if (conflict.isPresent()) {
      return quiet && (!isDangling(id) || conflict.get().used()) ? Optional.empty() : conflict;
    }
    var parent = table.parent(id);
    table.namesOf(id).forEach(name -> untag(id, name));
    add(new ImageEvent.Deleted(id, question.at()));
    removals.add(new Removal(Kind.DELETED, id));
    addLayers(id);
    return question.prune() && parent.isPresent()
        ? delete(parent.get(), false, true)
        : Optional.empty();
  }

  private boolean isDangling(String id) {
    return table.namesOf(id).isEmpty() && !table.hasChildren(id);
  }

  private void add(ImageEvent event) {
    events.add(event);
    table = table.apply(event);
  }

  private void untagOne(String id, Reference name) {
    untag(id, name);
    // Digests of a repository go with its last tag.
    var left =
        table.namesOf(id).stream()
            .filter(other -> other.repository().equals(name.repository()))
            .toList();
    if (name.digest().isEmpty() && left.stream().allMatch(n -> n.digest().isPresent())) {
      left.forEach(other -> untag(id, other));
    }
  }

  private void untag(String id, Reference name) {
    add(new ImageEvent.Untagged(name.toString(), id, question.at()));
    removals.add(new Removal(Kind.UNTAGGED, name.familiar()));
  }

  private Optional<Conflict> hardConflict(String id) {
    if (table.hasChildren(id)) {
      return conflict(id, "cannot be forced", "image has dependent child images", false);
    }
    return user(id, ImageUse::running)
        .flatMap(
            use ->
                conflict(
                    id,
                    "cannot be forced",
                    "image is being used by running container " + shortId(use.containerId()),
                    true));
  }

  private Optional<Conflict> referencedConflict(String id) {
    return table.namesOf(id).isEmpty()
        ? Optional.empty()
        : conflict(id, "must be forced", "image is referenced in multiple repositories", false);
  }

  private Optional<Conflict> stoppedConflict(String id) {
    return user(id, use -> !use.running())
        .flatMap(
            use ->
                conflict(
                    id,
                    "must be forced",
                    "image is being used by stopped container " + shortId(use.containerId()),
                    true));
  }

  private static Optional<Conflict> conflict(String id, String force, String reason, boolean used) {
    return Optional.of(
        new Conflict(
            "conflict: unable to delete %s (%s) - %s".formatted(shortId(id), force, reason), used));
  }

  private Optional<ImageUse> user(String id, Predicate<ImageUse> which) {
    return question.uses().stream()
        .filter(use -> use.imageId().equals(id))
        .filter(which)
        .findFirst();
  }

  /** The stacks of layers that nothing else stands on, highest first, by their chain ids. */
  private void addLayers(String id) {
    var kept = new HashSet<Digest>();
    var prefixes = new HashMap<String, List<Digest>>();
    for (var other : table.images().keySet()) {
      prefixes.put(other, question.diffIds().apply(other));
    }
    for (var use : question.uses()) {
      prefixes.put(use.containerId(), use.layers().stream().map(Digest::parse).toList());
    }
    prefixes.values().forEach(diffIds -> kept.addAll(chains(diffIds)));
    for (var chain : chains(question.diffIds().apply(id)).reversed()) {
      if (!kept.contains(chain)) {
        removals.add(new Removal(Kind.DELETED, chain.toString()));
      }
    }
  }

  private static List<Digest> chains(List<Digest> diffIds) {
    var chains = new ArrayList<Digest>();
    for (var i = 1; i <= diffIds.size(); i++) {
      chains.add(Digest.chain(diffIds.subList(0, i)));
    }
    return chains;
  }

  private Decision accepted() {
    return new Decision.Accepted(List.copyOf(events), List.copyOf(removals));
  }

  /** At most one tag, and digests of that tag's repository only. */
  static boolean isSingle(List<Reference> names) {
    if (names.size() <= 1) {
      return true;
    }
    var tags = names.stream().filter(name -> name.digest().isEmpty()).toList();
    var repositories =
        names.stream()
            .filter(name -> name.digest().isPresent())
            .map(Reference::repository)
            .distinct()
            .toList();
    return tags.size() <= 1
        && repositories.size() == 1
        && (tags.isEmpty() || repositories.contains(tags.getFirst().repository()));
  }

  static boolean isIdPrefix(String id, String text) {
    return !text.isEmpty()
        && ((id.startsWith(text) && text.length() > 7) || id.substring(7).startsWith(text));
  }

  static String shortId(String id) {
    var hex = id.startsWith("sha256:") ? id.substring(7) : id;
    return hex.substring(0, Math.min(12, hex.length()));
  }
}
