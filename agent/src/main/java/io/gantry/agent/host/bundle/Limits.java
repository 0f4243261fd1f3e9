package io.gantry.agent.host.bundle;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.gantry.protocol.v1.Ulimit;
import java.util.List;
import java.util.Locale;

/** {@code process.rlimits}. A hard limit above the agent's own needs CAP_SYS_RESOURCE. */
final class Limits {
  private Limits() {}

  static ArrayNode json(List<Ulimit> wanted, HostAbilities host, List<String> warnings) {
    var limits = Json.array();
    for (var each : wanted) {
      var name = each.getName().toLowerCase(Locale.ROOT);
      var hard = each.getHard();
      var own = host.hardLimits().getOrDefault(name, HostAbilities.UNLIMITED);
      if (!host.mayRaiseLimits() && above(hard, own)) {
        warnings.add(
            "This host does not allow the engine to raise the limit %s to %s; the container gets %s."
                .formatted(name, text(hard), text(own)));
        hard = own;
      }
      var soft = above(each.getSoft(), hard) ? hard : each.getSoft();
      limits
          .addObject()
          .put("type", "RLIMIT_" + name.toUpperCase(Locale.ROOT))
          .put("soft", unsigned(soft))
          .put("hard", unsigned(hard));
    }
    return limits;
  }

  private static boolean above(long one, long other) {
    return other != HostAbilities.UNLIMITED && (one == HostAbilities.UNLIMITED || one > other);
  }

  /** RLIM_INFINITY is the largest unsigned number. */
  private static java.math.BigInteger unsigned(long limit) {
    return new java.math.BigInteger(Long.toUnsignedString(limit));
  }

  private static String text(long limit) {
    return limit == HostAbilities.UNLIMITED ? "unlimited" : Long.toString(limit);
  }
}
