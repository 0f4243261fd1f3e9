package io.gantry.agent.docker;

import io.gantry.agent.Images;
import io.gantry.protocol.v1.Image;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The filters of an image list. */
final class ImageFilter implements Predicate<Image> {
  private static final Set<String> KNOWN =
      Set.of("before", "dangling", "label", "reference", "since", "until");

  private final Filters filters;
  private final Optional<Boolean> dangling;
  private final Optional<Image> before;
  private final Optional<Image> since;
  private final Optional<Long> until;
  private final List<Pattern> references;

  private ImageFilter(Filters filters, Images images) {
    this.filters = filters;
    this.dangling = filters.bool("dangling");
    this.before = bound("before", images);
    this.since = bound("since", images);
    this.until =
        filters.get("until").stream()
            .map(
                text ->
                    Timestamps.parse("until", text, Clock.systemUTC().instant()).getEpochSecond())
            .min(Long::compare);
    this.references = filters.get("reference").stream().map(ImageFilter::glob).toList();
  }

  static ImageFilter parse(Call call, Images images) {
    return new ImageFilter(Filters.parse(call.given("filters"), KNOWN), images);
  }

  private Optional<Image> bound(String key, Images images) {
    var given = filters.get(key);
    return given.isEmpty()
        ? Optional.empty()
        : Optional.of(Replies.require(images.inspect(given.getFirst())));
  }

  @Override
  public boolean test(Image image) {
    return dangling.map(wanted -> wanted == (image.getRepoTagsCount() == 0)).orElse(true)
        && filters.labels("label", image.getConfig().getLabelsMap())
        && before.map(bound -> seconds(image) < seconds(bound)).orElse(true)
        && since.map(bound -> seconds(image) > seconds(bound)).orElse(true)
        && until.map(bound -> seconds(image) < bound).orElse(true)
        && (references.isEmpty()
            || !shownTags(image).isEmpty()
            || image.getRepoDigestsList().stream().anyMatch(this::matches));
  }

  private static long seconds(Image image) {
    return image.getCreated().getSeconds();
  }

  /** A list by reference shows the names that match and hides the image's others. */
  List<String> shownTags(Image image) {
    return references.isEmpty()
        ? image.getRepoTagsList()
        : image.getRepoTagsList().stream().filter(this::matches).toList();
  }

  private boolean matches(String name) {
    var at = name.indexOf('@');
    var colon = name.lastIndexOf(':');
    var repository =
        at >= 0
            ? name.substring(0, at)
            : colon > name.lastIndexOf('/') ? name.substring(0, colon) : name;
    return references.stream()
        .anyMatch(
            pattern -> pattern.matcher(name).matches() || pattern.matcher(repository).matches());
  }

  /** Go's path.Match: no wildcard stands for a slash. */
  static Pattern glob(String text) {
    var regex = new StringBuilder();
    for (var i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      switch (c) {
        case '*' -> regex.append("[^/]*");
        case '?' -> regex.append("[^/]");
        case '\\' -> {
          if (++i == text.length()) {
            throw Refusal.invalid("invalid filter 'reference': syntax error in pattern");
          }
          regex.append(Pattern.quote(text.substring(i, i + 1)));
        }
        case '[' -> {
          var end = text.indexOf(']', i + 1);
          if (end < 0 || end == i + 1 || text.substring(i + 1, end).matches(".*[\\[\\\\&].*")) {
            throw Refusal.invalid("invalid filter 'reference': syntax error in pattern");
          }
          regex.append(text, i, end + 1);
          i = end;
        }
        default -> regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    try {
      return Pattern.compile(regex.toString());
    } catch (java.util.regex.PatternSyntaxException e) {
      throw Refusal.invalid("invalid filter 'reference': syntax error in pattern");
    }
  }
}
