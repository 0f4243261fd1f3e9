package io.gantry.persistence.record;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.AskPattern;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import io.gantry.persistence.event.Event;
import io.gantry.persistence.event.Provenance;
import io.gantry.persistence.event.Recorded;
import io.gantry.persistence.event.Subject;
import io.gantry.persistence.event.VolumeEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/** The smallest entity: it records what it is told and can say what it remembers. */
final class Diary
    extends EventSourcedBehavior<Diary.Command, Recorded<? extends Event>, List<String>> {
  sealed interface Command {}

  /**
   * Records one event for each word, together. Answered with the number of words it then remembers.
   */
  record Note(List<String> words, ActorRef<Integer> replyTo) implements Command {}

  record Recall(ActorRef<List<String>> replyTo) implements Command {}

  record Close(ActorRef<Integer> replyTo) implements Command {}

  private final String name;

  private Diary(String name) {
    super(
        PersistenceId.ofUniqueId("volume|" + name),
        SupervisorStrategy.restartWithBackoff(Duration.ofMillis(20), Duration.ofMillis(100), 0));
    this.name = name;
  }

  static Behavior<Command> named(String name) {
    return new Diary(name);
  }

  static int note(ActorTestKit kit, ActorRef<Command> diary, String... words)
      throws InterruptedException, ExecutionException {
    CompletionStage<Integer> answer = asks(kit, diary, to -> new Note(List.of(words), to));
    return answer.toCompletableFuture().get();
  }

  static int noteWithin(ActorTestKit kit, ActorRef<Command> diary, Duration limit, String... words)
      throws InterruptedException, ExecutionException {
    CompletionStage<Integer> answer =
        AskPattern.ask(diary, to -> new Note(List.of(words), to), limit, kit.scheduler());
    return answer.toCompletableFuture().get();
  }

  static List<String> recall(ActorTestKit kit, ActorRef<Command> diary)
      throws InterruptedException, ExecutionException {
    CompletionStage<List<String>> answer = asks(kit, diary, Recall::new);
    return answer.toCompletableFuture().get();
  }

  static int close(ActorTestKit kit, ActorRef<Command> diary)
      throws InterruptedException, ExecutionException {
    CompletionStage<Integer> answer = asks(kit, diary, Close::new);
    return answer.toCompletableFuture().get();
  }

  static <T> CompletionStage<T> asks(
      ActorTestKit kit, ActorRef<Command> diary, Function<ActorRef<T>, Command> command) {
    return AskPattern.ask(diary, command::apply, Duration.ofSeconds(20), kit.scheduler());
  }

  static Recorded<VolumeEvent> event(String name, String word) {
    return recorded(name, new VolumeEvent.Claimed(word, Instant.ofEpochSecond(1)));
  }

  static Recorded<VolumeEvent> recorded(String name, VolumeEvent event) {
    return new Recorded<>(
        event, new Subject("volume", name, name, "", Map.of()), Provenance.ENGINE);
  }

  @Override
  public List<String> emptyState() {
    return List.of();
  }

  @Override
  public CommandHandler<Command, Recorded<? extends Event>, List<String>> commandHandler() {
    return (state, command) ->
        switch (command) {
          case Note(var words, var replyTo) -> {
            List<Recorded<? extends Event>> events = new ArrayList<>();
            words.forEach(word -> events.add(event(name, word)));
            yield Effect().persist(events).thenReply(replyTo, List::size);
          }
          case Recall(var replyTo) -> Effect().none().thenReply(replyTo, words -> words);
          case Close(var replyTo) ->
              Effect()
                  .persist(recorded(name, new VolumeEvent.Removed(Instant.EPOCH)))
                  .thenReply(replyTo, List::size);
        };
  }

  @Override
  public EventHandler<List<String>, Recorded<? extends Event>> eventHandler() {
    return (words, recorded) -> {
      var next = new ArrayList<>(words);
      next.add(recorded.event() instanceof VolumeEvent.Claimed(var word, _) ? word : "?");
      return List.copyOf(next);
    };
  }

  @Override
  public Set<String> tagsFor(Recorded<? extends Event> event) {
    return Set.of("diary");
  }

  @Override
  public String journalPluginId() {
    return "gantry.record.journal";
  }

  @Override
  public String snapshotPluginId() {
    return "gantry.record.snapshot";
  }
}
