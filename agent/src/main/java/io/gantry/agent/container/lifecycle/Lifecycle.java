package io.gantry.agent.container.lifecycle;

import io.gantry.agent.container.lifecycle.Decision.Accepted;
import io.gantry.persistence.event.ContainerEvent;
import java.util.List;

/** The container life cycle: what may be asked, what is learnt, and what follows. */
public final class Lifecycle {
  private Lifecycle() {}

  public static Decision decide(State state, Request request) {
    return Requests.decide(state, request);
  }

  /**
   * What a fact from the host leads to. Facts of another run, or that are known already, lead to
   * nothing.
   */
  public static Accepted observe(State state, Report report) {
    return Reports.observe(state, report);
  }

  /**
   * Total: accepts every event in every state. Akka calls it before the journal write and on every
   * replay.
   */
  public static State apply(State state, ContainerEvent event) {
    return Events.apply(state, event);
  }

  /** What was begun and may not have been done when the agent died. Asked once, after recovery. */
  public static List<Step> pending(State state) {
    return Pending.of(state);
  }
}
