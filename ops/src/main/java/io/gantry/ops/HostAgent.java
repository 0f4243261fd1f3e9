package io.gantry.ops;

import akka.Done;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.gantry.persistence.record.RecordStore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/**
 * The root of one host's actors: spawns the rooms, boots them, then serves until it is told to end.
 */
final class HostAgent {
  sealed interface Command {}

  private record Booted(String readiness) implements Command {}

  private record Failed(Throwable failure) implements Command {}

  private static volatile int exitCode = 1;

  private HostAgent() {}

  /** 0 after a clean end, 1 when the agent could not start. */
  static int exitCode() {
    return exitCode;
  }

  /** {@code opening}: begun before, for it and an actor system take their time. */
  static Behavior<Command> create(Options options, CompletionStage<Ports> opening) {
    return Behaviors.setup(context -> booting(context, options, opening));
  }

  private static Behavior<Command> booting(
      ActorContext<Command> context, Options options, CompletionStage<Ports> opening) {
    // Booting asks actors and waits for them: not here, but on a thread of its own.
    var blocking = Executors.newVirtualThreadPerTaskExecutor();
    // Meanwhile, for it too takes its time; a failure is met again where the record is used.
    var system = context.getSystem();
    CompletableFuture.runAsync(() -> RecordStore.of(system), blocking);
    context.pipeToSelf(
        opening, (ports, failure) -> failure == null ? new Opened(ports) : new Failed(failure));
    return Behaviors.receiveMessage(
        command ->
            switch (command) {
              case Opened(var ports) -> opened(context, options, ports, blocking);
              case Booted(var readiness) -> {
                exitCode = 0;
                System.out.println(readiness);
                System.out.flush();
                yield Behaviors.same();
              }
              case Failed(var failure) -> failed(context, failure);
            });
  }

  private static Behavior<Command> opened(
      ActorContext<Command> context, Options options, Ports ports, Executor blocking) {
    Rooms rooms;
    try {
      rooms = Rooms.spawn(context, options, ports, blocking);
    } catch (RuntimeException e) {
      return failed(context, e);
    }
    context.pipeToSelf(
        CompletableFuture.supplyAsync(() -> boot(context, options, rooms), blocking),
        (ready, failure) -> failure == null ? new Booted(ready) : new Failed(failure));
    return Behaviors.same();
  }

  private record Opened(Ports ports) implements Command {}

  private static String boot(ActorContext<Command> context, Options options, Rooms rooms) {
    var boot = new Boot(context.getSystem(), options, rooms);
    CoordinatedShutdown.get(context.getSystem())
        .addTask(
            CoordinatedShutdown.PhaseServiceUnbind(),
            "close-edges",
            () ->
                CompletableFuture.supplyAsync(
                    () -> {
                      boot.close();
                      boot.stop();
                      return Done.getInstance();
                    }));
    return boot.run();
  }

  private static Behavior<Command> failed(ActorContext<Command> context, Throwable failure) {
    var cause = failure.getCause() == null ? failure : failure.getCause();
    context.getLog().error("gantryd cannot start: {}", cause.getMessage(), cause);
    System.err.println("gantryd: cannot start: " + cause.getMessage());
    return Behaviors.stopped();
  }
}
