package io.gantry.agent.docker;

import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.HttpResponse;
import akka.stream.javadsl.Flow;
import akka.util.ByteString;
import io.gantry.agent.Attachment;
import io.gantry.agent.Containers;
import io.gantry.agent.Containers.AttachOptions;
import io.gantry.agent.Containers.LogLine;
import io.gantry.agent.Containers.LogQuery;
import io.gantry.protocol.v1.Container;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;

/** A container's input and output: attach, logs, resize. */
final class StdioRoutes {
  private final Containers containers;
  private final InstantSource clock;

  StdioRoutes(Containers containers, InstantSource clock) {
    this.containers = containers;
    this.clock = clock;
  }

  void addTo(Router router) {
    router
        .post("/containers/{id}/attach", this::attach)
        .post("/containers/{id}/resize", this::resize)
        .get("/containers/{id}/logs", this::logs);
  }

  // -- attach

  private CompletionStage<HttpResponse> attach(Call call) {
    var options =
        new AttachOptions(
            call.flag("logs"),
            call.flag("stream"),
            call.flag("stdin"),
            call.flag("stdout"),
            call.flag("stderr"),
            call.given("detachKeys"));
    return Replies.reply(
        containers.attach(call.caller(), call.path("id"), options),
        attachment -> stdio(call, attachment));
  }

  /** The same for attach and exec. Without a terminal each chunk is a frame. */
  static HttpResponse stdio(Call call, Attachment attachment) {
    return Answers.hijack(streamType(call, attachment.tty()), bytes(attachment));
  }

  static Flow<ByteString, ByteString, ?> bytes(Attachment attachment) {
    return attachment.tty()
        ? attachment.stdio().map(Attachment.Chunk::data)
        : attachment.stdio().map(chunk -> Frames.frame(chunk.stream(), chunk.data()));
  }

  static ContentType streamType(Call call, boolean tty) {
    return !tty && call.version().atLeast(1, 42) ? Answers.MULTIPLEXED_STREAM : Answers.RAW_STREAM;
  }

  private CompletionStage<HttpResponse> resize(Call call) {
    return Replies.reply(
        containers.resize(call.caller(), call.path("id"), size(call, "h"), size(call, "w")),
        _ -> Answers.empty(200));
  }

  static int size(Call call, String name) {
    var size = call.number(name);
    if (size.isEmpty() || size.getAsInt() < 0 || size.getAsInt() > 65_535) {
      throw Refusal.invalid(
          "invalid resize %s \"%s\": must be a number from 0 to 65535"
              .formatted(name.equals("h") ? "height" : "width", call.query(name).orElse("")));
    }
    return size.getAsInt();
  }

  // -- logs

  private CompletionStage<HttpResponse> logs(Call call) {
    var stdout = call.flag("stdout");
    var stderr = call.flag("stderr");
    if (!stdout && !stderr) {
      throw Refusal.invalid("Bad parameters: you must choose at least one stream");
    }
    var container = Replies.require(containers.inspect(call.path("id")));
    refuseUnreadable(container);
    var now = clock.instant();
    var query =
        new LogQuery(
            stdout,
            stderr,
            call.flag("follow"),
            Timestamps.bound(call, "since", now),
            until(call, now),
            tail(call));
    var tty = container.getSpec().getProcess().getTty();
    var timestamps = call.flag("timestamps");
    var lines = Replies.require(containers.logs(container.getId(), query));
    return Answers.now(
        Answers.stream(
            streamType(call, tty),
            lines
                .map(line -> logBytes(line, tty, timestamps))
                .via(call.client().untilGone().flow())));
  }

  private static void refuseUnreadable(Container container) {
    if (container.getSpec().getLog().getDriver().equals("none")) {
      throw new Refusal(
          io.gantry.protocol.ErrorKind.UNSUPPORTED,
          "configured logging driver does not support reading");
    }
  }

  private static Optional<Instant> until(Call call, Instant now) {
    return Timestamps.bound(call, "until", now);
  }

  private static OptionalInt tail(Call call) {
    var text = call.given("tail").orElse("all");
    // As Moby: what is no number, or negative, means everything.
    return text.matches("[0-9]{1,9}")
        ? OptionalInt.of(Integer.parseInt(text))
        : OptionalInt.empty();
  }

  private static ByteString logBytes(LogLine line, boolean tty, boolean timestamps) {
    var data =
        timestamps
            ? ByteString.fromString(
                    io.gantry.agent.docker.json.Times.rfc3339Padded(line.time()) + " ")
                .concat(line.data())
            : line.data();
    return tty ? data : Frames.frame(line.stream(), data);
  }
}
