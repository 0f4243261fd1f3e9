package io.gantry.agent.docker;

import akka.NotUsed;
import akka.http.javadsl.model.HttpResponse;
import akka.stream.javadsl.Source;
import io.gantry.agent.Engine;
import io.gantry.agent.Outcome;
import io.gantry.agent.docker.json.EventJson;
import io.gantry.agent.docker.json.JsonWriter;
import io.gantry.persistence.record.Entry;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.Container;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code GET /events}: the record, from any point in the past to any in the future. */
final class EventRoutes {
  /** Beyond this no timer is set: one of centuries does not fit into its nanoseconds. */
  private static final Duration LONGER_THAN_ANYONE_LISTENS = Duration.ofDays(10_000);

  private static final String WAITING = "akka.actor.default-blocking-io-dispatcher";

  /** Of all addresses that are served. */
  private static final AtomicInteger LISTENERS = new AtomicInteger();

  private final Engine engine;
  private final InstantSource clock;

  EventRoutes(Engine engine, InstantSource clock) {
    this.engine = engine;
    this.clock = clock;
  }

  void addTo(Router router) {
    router.get("/events", this::events);
  }

  /** How many hear of events now. */
  static int listeners() {
    return LISTENERS.get();
  }

  private CompletionStage<HttpResponse> events(Call call) {
    var filter = EventFilter.parse(call.given("filters"));
    var now = clock.instant();
    var since = Timestamps.bound(call, "since", now);
    var until = Timestamps.bound(call, "until", now);
    if (since.isPresent() && until.isPresent() && until.get().isBefore(since.get())) {
      throw Refusal.invalid(
          "`since` time (%s) cannot be after `until` time (%s)"
              .formatted(call.query("since").orElse(""), call.query("until").orElse("")));
    }
    var entries = entries(since, until, now);
    var translated =
        entries.statefulMap(
            () -> new DockerEvents(this::startedAt),
            (memory, entry) -> akka.japi.Pair.create(memory, memory.translate(entry)),
            _ -> Optional.<java.util.List<DockerEvent>>empty());
    var messages =
        (engine.mayWait() ? translated.async(WAITING) : translated)
            .mapConcat(all -> all)
            .filter(filter::test)
            .map(EventRoutes::line)
            .via(call.client().untilGone().flow())
            .watchTermination(
                (began, over) -> {
                  LISTENERS.incrementAndGet();
                  over.whenComplete((_, _) -> LISTENERS.decrementAndGet());
                  return began;
                });
    return Answers.now(Answers.stream(Answers.JSON, messages));
  }

  private Source<Entry, NotUsed> entries(
      Optional<Instant> since, Optional<Instant> until, Instant now) {
    var log = engine.events();
    var rest = Duration.between(now, until.orElse(now));
    if (until.isEmpty() || rest.compareTo(LONGER_THAN_ANYONE_LISTENS) > 0) {
      return log.readSince(since, true);
    }
    var entries =
        rest.isNegative() || rest.isZero()
            ? log.readSince(since, false)
            : log.readSince(since, true).takeWithin(rest);
    return entries.takeWhile(entry -> !entry.time().isAfter(until.get()));
  }

  private Optional<Instant> startedAt(String containerId) {
    return switch (engine.containers().inspect(containerId)) {
      case Outcome.Done<Container>(var found) -> Optional.of(at(found));
      case Outcome.Unchanged<Container>(var found) -> Optional.of(at(found));
      case Outcome.Refused<Container> _ -> Optional.empty();
    };
  }

  private static Instant at(Container container) {
    return Moments.instant(container.getStatus().getStartedAt());
  }

  private static akka.util.ByteString line(DockerEvent event) {
    return JsonWriter.render(
            json ->
                EventJson.write(
                    json,
                    event.type(),
                    event.action(),
                    event.id(),
                    event.attributes(),
                    event.time()))
        .concat(NEWLINE);
  }

  private static final akka.util.ByteString NEWLINE = akka.util.ByteString.fromString("\n");
}
