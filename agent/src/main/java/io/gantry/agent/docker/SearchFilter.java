package io.gantry.agent.docker;

import io.gantry.agent.Registries.Found;
import java.util.Set;
import java.util.function.Predicate;

/** Which of a search's results `docker search` wants to see. */
record SearchFilter(int limit, int stars, Filters filters) implements Predicate<Found> {
  private static final int MOST = 100;
  private static final int USUAL = 25;

  static SearchFilter of(Call call) {
    var limit = call.number("limit").orElse(USUAL);
    if (limit < 0 || limit > MOST) {
      throw Refusal.invalid("Limit %d is outside the range of [1, %d]".formatted(limit, MOST));
    }
    var filters =
        Filters.parse(call.query("filters"), Set.of("is-automated", "is-official", "stars"));
    var stars = 0;
    for (var text : filters.get("stars")) {
      try {
        stars = Math.max(stars, Integer.parseInt(text));
      } catch (NumberFormatException e) {
        throw Refusal.invalid("invalid filter 'stars=[%s]'".formatted(text));
      }
    }
    return new SearchFilter(limit == 0 ? USUAL : limit, stars, filters);
  }

  @Override
  public boolean test(Found found) {
    return found.stars() >= stars
        && is("is-official", found.official())
        && is("is-automated", found.automated());
  }

  private boolean is(String name, boolean value) {
    return filters.any(
        name, text -> text.equals(Boolean.toString(value)) || text.equals(value ? "1" : "0"));
  }
}
