package io.gantry.cluster.peer;

import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import java.util.concurrent.TimeoutException;

/**
 * An actor that asks the replicator fails when that has not answered for 20 s: after its host has
 * stood still for so long. The question is lost, which whoever waits for it finds out in his own
 * time; the actor has lost nothing and goes on.
 */
final class Unanswered {
  private Unanswered() {}

  static <C> Behavior<C> survived(Behavior<C> actor) {
    return Behaviors.supervise(actor)
        .onFailure(TimeoutException.class, SupervisorStrategy.resume());
  }
}
