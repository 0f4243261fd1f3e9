package io.gantry.agent.image.registry;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/** Pages of a long list (RFC 8288, as in OCI distribution-spec, "Listing Tags"). */
final class Links {
  private static final Pattern NEXT = Pattern.compile("<([^>]{1,4096})>\\s*;.*rel=\"?next\"?.*");

  private Links() {}

  /** Never to another host than the list itself came from. */
  static Optional<String> next(String link, URI base) {
    var matcher = NEXT.matcher(link);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      var next = base.resolve(matcher.group(1));
      return Host.of(base).equals(Host.of(next)) ? Optional.of(next.toString()) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
