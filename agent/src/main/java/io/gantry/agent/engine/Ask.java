package io.gantry.agent.engine;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Scheduler;
import akka.actor.typed.javadsl.AskPattern;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import scala.concurrent.ExecutionContext;
import scala.jdk.javaapi.FutureConverters;

/**
 * Akka's ask without its last step: there each stage that follows is handed to the common pool, one
 * more thread to be woken on the way of every request. Here what follows runs where the answer is
 * given, so it must not wait.
 */
final class Ask {
  private Ask() {}

  static <M, R> CompletionStage<R> of(
      ActorRef<M> actor, Function<ActorRef<R>, M> question, Duration timeout, Scheduler scheduler) {
    var answer = new CompletableFuture<R>();
    FutureConverters.asScala(AskPattern.ask(actor, question::apply, timeout, scheduler))
        .onComplete(
            told ->
                told.isSuccess()
                    ? answer.complete(told.get())
                    : answer.completeExceptionally(told.failed().get()),
            ExecutionContext.parasitic$.MODULE$);
    return answer;
  }
}
