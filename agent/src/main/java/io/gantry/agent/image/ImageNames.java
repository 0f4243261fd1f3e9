package io.gantry.agent.image;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.javadsl.CommandHandlerWithReply;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehaviorWithEnforcedReplies;
import akka.persistence.typed.javadsl.ReplyEffect;
import akka.persistence.typed.javadsl.SignalHandler;
import io.gantry.agent.Caller;
import io.gantry.agent.Images.Removal;
import io.gantry.agent.Outcome;
import io.gantry.agent.record.Unanswered;
import io.gantry.persistence.event.ImageEvent;
import io.gantry.persistence.event.Provenance;
import io.gantry.persistence.event.Recorded;
import io.gantry.persistence.event.Subject;
import io.gantry.protocol.ErrorKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The images' names: one recorded actor a host, because a name that moves touches two images at
 * once. It decides and records; what it knows is read from the view it publishes, never asked of
 * it.
 */
final class ImageNames
    extends EventSourcedBehaviorWithEnforcedReplies<
        ImageNames.Command, Recorded<ImageEvent>, NameTable> {
  sealed interface Command {}

  private static final String ID = "images|host";

  /** The image is complete on this host; {@code names} name it from now on. */
  record Add(
      String imageId,
      String how,
      String parentId,
      List<Reference> names,
      Instant at,
      Caller caller,
      ActorRef<Outcome<NameTable>> replyTo)
      implements Command {}

  /** It came from a registry, or went there: what the event says. */
  record Note(ImageEvent event, Caller caller, ActorRef<Outcome<NameTable>> replyTo)
      implements Command {}

  record Tag(
      String imageId,
      Reference name,
      Instant at,
      Caller caller,
      ActorRef<Outcome<NameTable>> replyTo)
      implements Command {}

  /** {@code reference} as the user wrote it. {@code prune}: parents nobody needs go as well. */
  record Remove(
      String reference,
      boolean force,
      boolean prune,
      Instant at,
      Caller caller,
      ActorRef<Outcome<Removed>> replyTo)
      implements Command {}

  /** {@code images}: ids that are gone. */
  record Removed(List<Removal> removals, List<String> images) {}

  /** What the actor asks of the host's memory, without waiting. */
  interface Knowledge {
    /** Layers of an image that exists, lowest first. */
    List<Digest> diffIds(String imageId);

    Map<String, String> labels(String imageId);

    /** Containers that stand on images now. */
    List<ImageUse> uses();
  }

  private final Knowledge knowledge;
  private final Consumer<NameTable> view;
  private final Unanswered unanswered;

  private ImageNames(ActorSystem<?> system, Knowledge knowledge, Consumer<NameTable> view) {
    super(
        PersistenceId.ofUniqueId(ID),
        SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(30), 0.2));
    this.knowledge = knowledge;
    this.view = view;
    this.unanswered = new Unanswered(system, ID, "images");
  }

  /** {@code view} is given the table after recovery and after every change. */
  static Behavior<Command> create(Knowledge knowledge, Consumer<NameTable> view) {
    return Behaviors.setup(context -> new ImageNames(context.getSystem(), knowledge, view));
  }

  @Override
  public NameTable emptyState() {
    return NameTable.EMPTY;
  }

  @Override
  public String journalPluginId() {
    return "gantry.record.journal";
  }

  @Override
  public String snapshotPluginId() {
    return "gantry.record.snapshot";
  }

  @Override
  public CommandHandlerWithReply<Command, Recorded<ImageEvent>, NameTable> commandHandler() {
    return this::onCommand;
  }

  @Override
  public EventHandler<NameTable, Recorded<ImageEvent>> eventHandler() {
    return (table, recorded) -> table.apply(recorded.event());
  }

  @Override
  public SignalHandler<NameTable> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.instance(), view::accept)
        .onSignal(PreRestart.class, (_, _) -> unanswered.refuse())
        .onSignal(PostStop.class, (_, _) -> unanswered.refuse())
        .build();
  }

  private ReplyEffect<Recorded<ImageEvent>, NameTable> onCommand(NameTable table, Command command) {
    return switch (command) {
      case Add add -> onAdd(table, add);
      case Note(var event, var caller, var replyTo) ->
          persist(table, List.of(event), caller, replyTo, Function.identity());
      case Tag tag -> onTag(table, tag);
      case Remove remove -> onRemove(table, remove);
    };
  }

  private ReplyEffect<Recorded<ImageEvent>, NameTable> onAdd(NameTable table, Add add) {
    var events = new ArrayList<ImageEvent>();
    // Docker tells of every load and import, also of an image that was here before.
    events.add(new ImageEvent.Added(add.imageId(), add.how(), add.parentId(), add.at()));
    for (var name : add.names()) {
      events.add(new ImageEvent.Tagged(name.toString(), add.imageId(), add.at()));
    }
    return persist(table, events, add.caller(), add.replyTo(), Function.identity());
  }

  private ReplyEffect<Recorded<ImageEvent>, NameTable> onTag(NameTable table, Tag tag) {
    if (!table.images().containsKey(tag.imageId())) {
      return Effect()
          .reply(
              tag.replyTo(),
              Outcome.refused(ErrorKind.NOT_FOUND, "No such image: " + tag.imageId()));
    }
    return persist(
        table,
        List.of(new ImageEvent.Tagged(tag.name().toString(), tag.imageId(), tag.at())),
        tag.caller(),
        tag.replyTo(),
        Function.identity());
  }

  private ReplyEffect<Recorded<ImageEvent>, NameTable> onRemove(NameTable table, Remove remove) {
    try {
      var imageId = table.find(remove.reference());
      if (imageId.isEmpty()) {
        return Effect().reply(remove.replyTo(), ImageLookup.unknown(remove.reference()));
      }
      var question =
          new ImageRemoval.Question(
              table,
              knowledge.uses(),
              knowledge::diffIds,
              imageId.get(),
              remove.reference(),
              remove.force(),
              remove.prune(),
              remove.at());
      return switch (ImageRemoval.decide(question)) {
        case ImageRemoval.Decision.Accepted(var events, var removals) -> {
          var gone =
              events.stream()
                  .flatMap(
                      event ->
                          event instanceof ImageEvent.Deleted(var id, _)
                              ? Stream.of(id)
                              : Stream.empty())
                  .toList();
          yield persist(
              table, events, remove.caller(), remove.replyTo(), _ -> new Removed(removals, gone));
        }
        case ImageRemoval.Decision.Refused(var message) ->
            Effect().reply(remove.replyTo(), Outcome.refused(ErrorKind.CONFLICT, message));
      };
    } catch (Reference.Invalid e) {
      return Effect().reply(remove.replyTo(), Outcome.refused(ErrorKind.INVALID, e));
    }
  }

  private <T> ReplyEffect<Recorded<ImageEvent>, NameTable> persist(
      NameTable table,
      List<ImageEvent> events,
      Caller caller,
      ActorRef<Outcome<T>> replyTo,
      Function<NameTable, T> answer) {
    var provenance = new Provenance(caller.requestId(), caller.principal(), 0);
    var recorded =
        events.stream()
            .map(event -> new Recorded<>(event, subject(table, event), provenance))
            .toList();
    unanswered.await(replyTo);
    return Effect()
        .persist(recorded)
        .thenRun(
            (NameTable next) -> {
              unanswered.recorded();
              view.accept(next);
            })
        .thenReply(replyTo, next -> Outcome.done(answer.apply(next)));
  }

  private Subject subject(NameTable table, ImageEvent event) {
    var id =
        switch (event) {
          case ImageEvent.Added added -> added.imageId();
          case ImageEvent.Tagged tagged -> tagged.imageId();
          case ImageEvent.Untagged untagged -> untagged.imageId();
          case ImageEvent.Deleted deleted -> deleted.imageId();
          case ImageEvent.Pulled pulled -> pulled.imageId();
          case ImageEvent.Pushed pushed -> pushed.imageId();
        };
    var name =
        switch (event) {
          case ImageEvent.Tagged(var reference, _, _) ->
              Reference.ofCanonical(reference).familiar();
          case ImageEvent.Pulled pulled -> Reference.ofCanonical(pulled.reference()).familiar();
          case ImageEvent.Pushed pushed -> Reference.ofCanonical(pushed.reference()).familiar();
          case ImageEvent.Untagged(var reference, _, _) ->
              Reference.ofCanonical(reference).familiar();
          case ImageEvent.Added _ ->
              table.namesOf(id).stream().findFirst().map(Reference::familiar).orElse(id);
          case ImageEvent.Deleted _ -> id;
        };
    return new Subject("image", id, name, "", knowledge.labels(id));
  }
}
