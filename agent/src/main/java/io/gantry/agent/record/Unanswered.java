package io.gantry.agent.record;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import io.gantry.agent.Outcome;
import io.gantry.persistence.record.RecordStore;
import io.gantry.protocol.ErrorKind;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The client whose request an entity is recording. An entity records one thing at a time, so there
 * is one at most. When the record refuses (a full disk), Akka restarts the entity from what is
 * recorded; {@link #refuse}, called at that signal, tells the client why nothing was done.
 */
public final class Unanswered {
  private final ActorSystem<?> system;
  private final String persistenceId;
  private final String entity;
  private Optional<Consumer<String>> client = Optional.empty();

  /**
   * @param entity how people call it: "container 0123456789ab"
   */
  public Unanswered(ActorSystem<?> system, String persistenceId, String entity) {
    this.system = system;
    this.persistenceId = persistenceId;
    this.entity = entity;
  }

  /** Before the events are handed to the record. */
  public <T> void await(ActorRef<Outcome<T>> replyTo) {
    client = Optional.of(message -> replyTo.tell(Outcome.refused(ErrorKind.INTERNAL, message)));
  }

  /** The events are recorded: whoever asked is answered in another way. */
  public void recorded() {
    client = Optional.empty();
  }

  /** At the signals PreRestart and PostStop. Returns what was said, for others who wait. */
  public String refuse() {
    var reason = RecordStore.refusal(system, persistenceId).map(": "::concat).orElse("");
    var message = "%s: what was asked for could not be recorded%s".formatted(entity, reason);
    client.ifPresent(one -> one.accept(message));
    client = Optional.empty();
    return message;
  }
}
