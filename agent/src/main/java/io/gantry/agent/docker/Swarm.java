package io.gantry.agent.docker;

import io.gantry.agent.Engine;
import io.gantry.agent.Outcome;
import io.gantry.agent.Services;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.ClusterHost;
import io.gantry.protocol.v1.ClusterPhase;
import io.gantry.protocol.v1.ClusterView;

/** The cluster of an engine, for those routes that need one. Docker's words where there is none. */
final class Swarm {
  private static final String NO_MANAGER =
      "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to"
          + " connect this node to swarm and try again.";

  private Swarm() {}

  static boolean isMember(Engine engine) {
    return isMember(engine.membership().view());
  }

  static boolean isMember(ClusterView view) {
    return view.getPhase() != ClusterPhase.CLUSTER_PHASE_ALONE;
  }

  /**
   * @throws Refusal where there is no cluster
   */
  static ClusterView require(Engine engine) {
    var view = engine.membership().view();
    if (!isMember(view)) {
      throw new Refusal(ErrorKind.UNAVAILABLE, NO_MANAGER);
    }
    return view;
  }

  /**
   * @throws Refusal where there is no cluster
   */
  static Services services(Engine engine) {
    require(engine);
    return engine.services();
  }

  static ClusterHost own(ClusterView view) {
    return view.getHostsList().stream()
        .filter(ClusterHost::getSelf)
        .findFirst()
        .orElseGet(ClusterHost::getDefaultInstance);
  }

  /** As a query gives it; what it was made from. */
  static long version(Call call, String kind) {
    var text = call.query("version").orElse("");
    if (!text.matches("[0-9]{1,18}")) {
      throw Refusal.invalid(
          "invalid %s version '%s': strconv.ParseUint: parsing \"%s\": invalid syntax"
              .formatted(kind, text, text));
    }
    return Long.parseLong(text);
  }

  /** What changed meanwhile is to Docker a failure of the engine. */
  static <T> Outcome<T> sequence(Outcome<T> outcome) {
    return outcome instanceof Outcome.Refused<T>(var kind, var message)
            && kind == ErrorKind.CONFLICT
            && message.equals("update out of sequence")
        ? Outcome.refused(ErrorKind.INTERNAL, "rpc error: code = Unknown desc = " + message)
        : outcome;
  }
}
