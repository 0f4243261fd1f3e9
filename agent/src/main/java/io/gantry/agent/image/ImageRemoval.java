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
 * first; the image follows when it was the last one and nothing uses it.
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
      Instant at) {}

  sealed interface Decision {
    /** In the order it is told to the user. */
    record Accepted(List<ImageEvent> events, List<Removal> removals) implements Decision {}

    /** A conflict. */
    record Refused(String message) implements Decision {}
  }

  private final Question question;
  private final String id;
  private final List<ImageEvent> events = new ArrayList<>();
  private final List<Removal> removals = new ArrayList<>();
  private List<Reference> names;

  private ImageRemoval(Question question) {
    this.question = question;
    this.id = question.imageId();
    this.names = question.table().namesOf(id);
  }

  static Decision decide(Question question) throws Reference.Invalid {
    return new ImageRemoval(question).decide();
  }

  private Decision decide() throws Reference.Invalid {
    var byName = !isIdPrefix(id, question.reference());
    if (byName) {
      var user = user(_ -> true);
      if (!question.force() && isSingle(names) && user.isPresent()) {
        return refused(
            "conflict: unable to remove repository reference \"%s\" (must force) - container %s is"
                + " using its referenced image %s",
            question.reference(), shortId(user.get().containerId()), shortId(id));
      }
      untagOne(Reference.parse(question.reference()).forLookup());
      if (!names.isEmpty()) {
        return accepted();
      }
    } else if (isSingle(names)) {
      var conflict =
          hardConflict().or(() -> question.force() ? Optional.empty() : stoppedConflict());
      if (conflict.isPresent()) {
        return refused("%s", conflict.get());
      }
      List.copyOf(names).forEach(this::untag);
    }
    return delete(byName);
  }

  /** {@code quiet}: a name was removed already, so that an image in use simply stays. */
  private Decision delete(boolean quiet) {
    var conflict = hardConflict();
    if (conflict.isEmpty() && !question.force()) {
      conflict = referencedConflict().or(this::stoppedConflict);
    }
    if (conflict.isPresent()) {
      return quiet ? accepted() : refused("%s", conflict.get());
    }
    List.copyOf(names).forEach(this::untag);
    events.add(new ImageEvent.Deleted(id, question.at()));
    removals.add(new Removal(Kind.DELETED, id));
    addLayers();
    return accepted();
  }

  private void untagOne(Reference name) {
    untag(name);
    // Digests of a repository go with its last tag.
    var lastTag =
        name.digest().isEmpty()
            && names.stream()
                .noneMatch(n -> n.digest().isEmpty() && n.repository().equals(name.repository()));
    if (lastTag) {
      List.copyOf(names).stream()
          .filter(n -> n.repository().equals(name.repository()))
          .forEach(this::untag);
    }
  }

  private void untag(Reference name) {
    events.add(new ImageEvent.Untagged(name.toString(), id, question.at()));
    removals.add(new Removal(Kind.UNTAGGED, name.familiar()));
    names = names.stream().filter(n -> !n.equals(name)).toList();
  }

  private Optional<String> hardConflict() {
    return user(ImageUse::running)
        .map(
            use ->
                conflict(
                    "cannot be forced",
                    "image is being used by running container " + shortId(use.containerId())));
  }

  private Optional<String> referencedConflict() {
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of(conflict("must be forced", "image is referenced in multiple repositories"));
  }

  private Optional<String> stoppedConflict() {
    return user(use -> !use.running())
        .map(
            use ->
                conflict(
                    "must be forced",
                    "image is being used by stopped container " + shortId(use.containerId())));
  }

  private String conflict(String force, String reason) {
    return "conflict: unable to delete %s (%s) - %s".formatted(shortId(id), force, reason);
  }

  private Optional<ImageUse> user(Predicate<ImageUse> which) {
    return question.uses().stream()
        .filter(use -> use.imageId().equals(id))
        .filter(which)
        .findFirst();
  }

  /** The stacks of layers that nothing else stands on, highest first, by their chain ids. */
  private void addLayers() {
    var kept = new HashSet<Digest>();
    var prefixes = new HashMap<String, List<Digest>>();
    for (var other : question.table().images().keySet()) {
      if (!other.equals(id)) {
        prefixes.put(other, question.diffIds().apply(other));
      }
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

  private static Decision refused(String format, Object... arguments) {
    return new Decision.Refused(format.formatted(arguments));
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
