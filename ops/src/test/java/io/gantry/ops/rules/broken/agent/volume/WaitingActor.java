package io.gantry.ops.rules.broken.agent.volume;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import java.util.concurrent.CompletableFuture;

public final class WaitingActor {
  private WaitingActor() {}

  public static Behavior<CompletableFuture<String>> create() {
    return Behaviors.receiveMessage(
        message -> message.join().isEmpty() ? Behaviors.stopped() : Behaviors.same());
  }
}
