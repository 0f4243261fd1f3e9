package io.gantry.agent.engine;

import java.util.List;
import java.util.random.RandomGenerator;

/** Names for containers that were given none: a quality and a thing of the harbour. */
final class NameMaker {
  private static final List<String> QUALITIES =
      List.of(
          "agile", "amber", "balanced", "brave", "bright", "brisk", "calm", "candid", "careful",
          "cheerful", "clear", "clever", "coastal", "cobalt", "copper", "cosy", "crisp", "curious",
          "daring", "deft", "eager", "early", "earnest", "easy", "fair", "fearless", "floating",
          "fluent", "fresh", "gentle", "glad", "golden", "graceful", "grand", "hardy", "honest",
          "humble", "jolly", "keen", "kind", "lively", "loyal", "lucid", "mellow", "merry", "mighty",
          "modest", "nimble", "noble", "patient", "placid", "plucky", "polite", "proud", "quick",
          "quiet", "rapid", "ready", "robust", "rugged", "salty", "serene", "sharp", "silver",
          "sincere", "smooth", "snug", "sober", "solid", "spry", "steady", "stout", "sturdy", "sunny",
          "swift", "tidal", "tidy", "trim", "upbeat", "vivid", "warm", "windy", "wise", "witty",
          "zesty");
  private static final List<String> THINGS =
      List.of(
          "anchor", "ballast", "barge", "beacon", "berth", "boom", "bosun", "bow", "breakwater",
          "bridge", "buoy", "cable", "canal", "capstan", "captain", "cargo", "clipper", "coaster",
          "compass", "convoy", "cormorant", "crane", "crate", "current", "cutter", "davit", "deck",
          "derrick", "dock", "dolphin", "ferry", "fjord", "fleet", "foghorn", "freighter", "frigate",
          "gale", "galley", "gangway", "gull", "halyard", "harbour", "hatch", "haven", "hawser",
          "heron", "hoist", "hull", "jetty", "keel", "ketch", "lagoon", "lantern", "ledger", "lighter",
          "lighthouse", "lock", "longshore", "lugger", "mast", "mooring", "oar", "packet", "pallet",
          "pelican", "pennant", "pier", "pilot", "pontoon", "porter", "quay", "rigger", "rudder",
          "sail", "schooner", "sextant", "shackle", "skiff", "sloop", "spar", "stevedore", "tackle",
          "tern", "tide", "tiller", "trawler", "tug", "wharf", "winch", "yawl");

  private NameMaker() {}

  /** {@code attempt} from the second on adds a digit: the names run out, the digits do not. */
  static String name(RandomGenerator random, int attempt) {
    var name =
        QUALITIES.get(random.nextInt(QUALITIES.size()))
            + "_"
            + THINGS.get(random.nextInt(THINGS.size()));
    return attempt == 0 ? name : name + random.nextInt(10 * attempt);
  }
}
