package io.gantry.agent.image.transfer;

import io.gantry.agent.Outcome;
import io.gantry.agent.image.Digest;
import io.gantry.agent.image.LocalImages;
import io.gantry.agent.image.NameTable;
import io.gantry.agent.image.Reference;
import io.gantry.agent.image.ResolvedImage;
import io.gantry.agent.image.registry.Repository;
import io.gantry.agent.image.registry.Signatures;
import io.gantry.agent.image.transfer.SignaturePolicy.Rule;
import io.gantry.protocol.ErrorKind;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** The policy of signatures, applied where images come in and where containers are made of them. */
record Admission(SignaturePolicy policy) {
  /** Refused by the policy, not by a registry and not by a failure. */
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1;

    Refused(String message) {
      super(message);
    }
  }

  /** What the record says of an image that came through. */
  String verdict(Reference reference, Digest digest, Repository repository) throws IOException {
    return switch (policy.rule(reference.repository())) {
      case Rule.Allow _ -> policy == SignaturePolicy.NONE ? "" : "allowed";
      case Rule.Deny _ -> throw new Refused(denied(reference.repository()));
      case Rule.Signed(var key) -> {
        if (!new Signatures(repository).has(digest, key)) {
          throw new Refused(
              "the policy of signatures refuses %s: nothing at %s is signed by key %s"
                  .formatted(reference.familiar(), digest, key.name()));
        }
        yield signedBy(key.name());
      }
    };
  }

  private static String denied(String repository) {
    return "the policy of signatures denies images from " + repository;
  }

  private static String signedBy(String key) {
    return "signed by " + key;
  }

  /**
   * Whether a container may be made of an image. By name the name's rule counts; by id it is enough
   * that one of its names may.
   */
  Outcome<ResolvedImage> admit(LocalImages images, String reference, ResolvedImage image) {
    if (policy == SignaturePolicy.NONE) {
      return Outcome.done(image);
    }
    var table = images.names();
    var why = Optional.<String>empty();
    for (var repository : repositories(table, reference, image.id())) {
      why = refusal(table, repository, image.id());
      if (why.isEmpty()) {
        return Outcome.done(image);
      }
    }
    return Outcome.refused(
        ErrorKind.FORBIDDEN, why.orElse("the policy of signatures denies images without a name"));
  }

  private static Set<String> repositories(NameTable table, String reference, String id) {
    try {
      var name = Reference.parse(reference).forLookup();
      if (table.names().containsKey(name.toString())) {
        return Set.of(name.repository());
      }
    } catch (Reference.Invalid byId) {
      // An id: all of its names count.
    }
    var all = new LinkedHashSet<String>();
    table.namesOf(id).forEach(name -> all.add(name.repository()));
    return all.isEmpty() ? Set.of("") : all;
  }

  private Optional<String> refusal(NameTable table, String repository, String id) {
    return switch (policy.rule(repository)) {
      case Rule.Allow _ -> Optional.empty();
      case Rule.Deny _ -> Optional.of(denied(repository));
      case Rule.Signed(var key) ->
          table.origins().getOrDefault(id, java.util.List.of()).stream()
                  .anyMatch(
                      origin ->
                          origin.repository().equals(repository)
                              && origin.verdict().equals(signedBy(key.name())))
              ? Optional.empty()
              : Optional.of(
                  "the policy of signatures refuses image %s: it did not come signed by key %s"
                      .formatted(id, key.name()));
    };
  }
}
